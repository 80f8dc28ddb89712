"""The endpoint: rejects bad requests, applies faults, then answers at the configured speed."""

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
from sandbox.conformance.exchange import read_json
from sandbox.faults import Fault
from sandbox.openai.access import error_response, invalid_key, refusal
from sandbox.openai.agent import extract, respond
from sandbox.openai.agent.turn import Reply
from sandbox.openai.chat import completion
from sandbox.openai.chat.completion import Answer, PromptCache
from sandbox.openai.chat.request import ChatRequest, Refused, read_request
from sandbox.openai.model_faults import with_model_faults
from sandbox.services import Services

SERVER_ERROR = "The server had an error while processing your request. Sorry about that!"


class ChatEndpoint:
    """Keeps what outlives a request: the number of the next answer and the prompts seen."""

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
            wanted = read_request(read_json(await request.body()), extra_models=_listed(self._config.chat_models))
        except Refused as refused_order:
            return self._refuse(refused_order)
        if failed := self._failure(wanted):
            return failed
        done = completion.answer(
            wanted, self._reply(wanted), number=number, created=int(time.time()), cache=self._cache
        )
        if done.text and (cut := self._fault("chat.cut_short", wanted)):
            done = completion.cut_short(done, kept=cut.whole("pieces"), reason=cut.text("reason"))
        if wanted.stream:
            headers = {"cache-control": "no-cache"}
            return StreamingResponse(self._stream(wanted, done), media_type="text/event-stream", headers=headers)
        await asyncio.sleep(self._first_token_seconds(wanted) + self._writing_seconds(done.usage["completion_tokens"]))
        return JSONResponse(completion.whole(done, wanted))

    def _refuse(self, refused: Refused) -> Response:
        self._services.complaints.add("openai.chat", message="chat.completions", problem=refused.message)
        return error_response(refused.status, refused.message, code=refused.code, param=refused.param)

    def _fault(self, name: str, wanted: ChatRequest, *, tool: str = "") -> Fault | None:
        return self._services.faults.take(name, model=wanted.model, tool=tool)

    def _failure(self, wanted: ChatRequest) -> Response | None:
        if self._fault("chat.unauthorized", wanted):
            return invalid_key()
        if self._fault("chat.error_500", wanted):
            return error_response(500, SERVER_ERROR, kind="server_error")
        limited = self._fault("chat.rate_limited", wanted)
        return _rate_limited(limited) if limited else None

    def _reply(self, wanted: ChatRequest) -> Reply:
        reply = respond(wanted.turn)
        if wanted.schema is not None and not reply.tool_calls:
            return Reply(extract(wanted.turn, wanted.schema))
        return with_model_faults(reply, lambda name, tool: self._fault(name, wanted, tool=tool))

    def _first_token_seconds(self, wanted: ChatRequest) -> float:
        slow = [self._fault("chat.slow", wanted)]
        if wanted.turn.messages and wanted.turn.messages[-1].role == "tool":
            slow.append(self._fault("chat.slow_tool_turn", wanted))
        return self._config.llm_first_token_ms / 1000 + sum(fault.number("seconds") for fault in slow if fault)

    def _writing_seconds(self, tokens: int) -> float:
        return tokens / max(self._config.llm_tokens_per_second, 0.1)

    async def _stream(self, wanted: ChatRequest, done: Answer) -> AsyncIterator[str]:
        """Follows the clock, so that the next piece makes up for a late wake-up."""
        breaks = self._fault("chat.midstream_error", wanted)
        left = breaks.whole("tokens") if breaks else -1
        due = time.monotonic() + self._first_token_seconds(wanted)
        for delta, tokens in completion.deltas(done):
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if left == 0:
                error = {"message": SERVER_ERROR, "type": "server_error", "param": None, "code": None}
                yield _event({"error": error})
                return
            left -= 1
            for chunk in completion.chunks(done, wanted, delta):
                yield _event(chunk)
            due += self._writing_seconds(tokens)
        for chunk in completion.chunks(done, wanted, {}, finish=done.finish_reason):
            yield _event(chunk)
        if wanted.include_usage:
            yield _event(completion.usage_chunk(done, wanted))
        yield "data: [DONE]\n\n"


def _event(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body, separators=(',', ':'))}\n\n"


def _listed(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(",") if name.strip())


def _rate_limited(fault: Fault) -> Response:
    code = fault.text("code")
    if code == "insufficient_quota":
        return error_response(429, "You exceeded your current quota, please check your plan.", kind=code, code=code)
    seconds = fault.number("retry_after")
    response = error_response(429, "Rate limit reached for requests per min (RPM).", kind="requests", code=code)
    response.headers["retry-after-ms"] = str(round(seconds * 1000))
    response.headers["retry-after"] = str(max(1, round(seconds)))
    return response


def routes(services: Services) -> list[BaseRoute]:
    """The one route of Chat Completions."""
    return examined(
        [Route("/v1/chat/completions", ChatEndpoint(services).complete, methods=["POST"])], services.complaints
    )
