"""The endpoint: refusals and faults first, then the answer at the speed the settings give."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from sandbox.conformance.examiner import examined
from sandbox.openai.access import error_response, refusal
from sandbox.openai.agent import extract, respond
from sandbox.openai.agent.turn import Reply
from sandbox.openai.chat import completion
from sandbox.openai.chat.completion import Answer, PromptCache
from sandbox.openai.chat.request import ChatOrder, Refused, read_order
from sandbox.services import Services

SLOW_SECONDS = 20.0
RETRY_AFTER_SECONDS = 1.0
SERVER_ERROR = "The server had an error while processing your request. Sorry about that!"


class ChatEndpoint:
    """Holds what outlives a request: the number of the next answer and the prompts seen."""

    def __init__(self, services: Services) -> None:
        self._services, self._config = services, services.config
        self._numbers, self._cache = count(1), PromptCache()

    async def complete(self, request: Request) -> Response:
        number = next(self._numbers)
        response = await self._response(request, number)
        response.headers["x-request-id"] = f"req_{number:032x}"
        response.headers["openai-version"] = "2020-10-01"
        return response

    async def _response(self, request: Request, number: int) -> Response:
        if refused := refusal(request, self._config):
            return refused
        try:
            order = read_order(await _json(request), extra_models=_listed(self._config.chat_models))
        except Refused as refused_order:
            return self._refuse(refused_order)
        if fault := self._fault():
            return fault
        done = completion.answer(order, _reply(order), number=number, created=int(time.time()), cache=self._cache)
        if order.stream:
            headers = {"cache-control": "no-cache"}
            return StreamingResponse(self._stream(order, done), media_type="text/event-stream", headers=headers)
        await asyncio.sleep(self._first_token_seconds() + self._writing_seconds(done.usage["completion_tokens"]))
        return JSONResponse(completion.whole(done, order))

    def _refuse(self, refused: Refused) -> Response:
        self._services.complaints.add("openai.chat", message="chat.completions", problem=refused.message)
        return error_response(refused.status, refused.message, code=refused.code, param=refused.param)

    def _fault(self) -> Response | None:
        faults = self._services.faults
        if faults.take("chat.error_500"):
            return error_response(500, SERVER_ERROR, kind="server_error")
        if limited := faults.take("chat.rate_limited"):
            return _rate_limited(limited.params)
        return None

    def _first_token_seconds(self) -> float:
        slow = self._services.faults.take("chat.slow")
        extra = float(slow.params.get("seconds", SLOW_SECONDS)) if slow else 0.0
        return self._config.llm_first_token_ms / 1000 + extra

    def _writing_seconds(self, tokens: int) -> float:
        return tokens / max(self._config.llm_tokens_per_second, 0.1)

    async def _stream(self, order: ChatOrder, done: Answer) -> AsyncIterator[str]:
        """Keeps to the clock, so that a late wake-up is made good by the next piece."""
        breaks = self._services.faults.take("chat.midstream_error")
        left = int(breaks.params.get("tokens", 3)) if breaks else -1
        due = time.monotonic() + self._first_token_seconds()
        for delta, tokens in completion.deltas(done):
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if left == 0:
                error = {"message": SERVER_ERROR, "type": "server_error", "param": None, "code": None}
                yield _event({"error": error})
                return
            left -= 1
            for chunk in completion.chunks(done, order, delta):
                yield _event(chunk)
            due += self._writing_seconds(tokens)
        for chunk in completion.chunks(done, order, {}, finish=done.finish_reason):
            yield _event(chunk)
        if order.include_usage:
            yield _event(completion.usage_chunk(done, order))
        yield "data: [DONE]\n\n"


def _reply(order: ChatOrder) -> Reply:
    return Reply(extract(order.turn, order.schema)) if order.schema is not None else respond(order.turn)


async def _json(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except ValueError:
        return None


def _event(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body, separators=(',', ':'))}\n\n"


def _listed(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(",") if name.strip())


def _rate_limited(params: Any) -> Response:
    code = str(params.get("code", "rate_limit_exceeded"))
    if code == "insufficient_quota":
        return error_response(429, "You exceeded your current quota, please check your plan.", kind=code, code=code)
    seconds = float(params.get("retry_after", RETRY_AFTER_SECONDS))
    response = error_response(429, "Rate limit reached for requests per min (RPM).", kind="requests", code=code)
    response.headers["retry-after-ms"] = str(round(seconds * 1000))
    response.headers["retry-after"] = str(max(1, round(seconds)))
    return response


def routes(services: Services) -> list[BaseRoute]:
    """The one route of Chat Completions."""
    return examined(
        [Route("/v1/chat/completions", ChatEndpoint(services).complete, methods=["POST"])], services.complaints
    )
