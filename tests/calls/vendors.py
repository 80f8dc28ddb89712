"""The chat model, the voice and the recognizer on a real port, saying what the test scripted; everything is noted."""

import asyncio
import json
import threading
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.sandbox.serving import serving

USAGE = {
    "prompt_tokens": 900,
    "completion_tokens": 25,
    "total_tokens": 925,
    "prompt_tokens_details": {"cached_tokens": 600},
}


@dataclass(frozen=True)
class Says:
    """The model says these pieces; it waits for `gate` before the last one, and reports `usage` and why it ended."""

    pieces: tuple[str, ...]
    gate: threading.Event | None = None
    usage: dict[str, Any] = field(default_factory=lambda: USAGE)
    finish: str = "stop"


@dataclass(frozen=True)
class Uses:
    """The model calls a tool, perhaps after a word; it takes `pace` seconds for each piece of the arguments."""

    name: str
    arguments: dict[str, Any]
    text: str = ""
    pace: float = 0.0
    also: "Uses | None" = None  # asked for beside it
    id: str = field(default_factory=lambda: f"call_{uuid.uuid4().hex[:12]}")
    finish: str = "tool_calls"


@dataclass(frozen=True)
class Fails:
    """The model answers with an HTTP error, once `gate` lets it."""

    status: int = 500
    code: str | None = None
    gate: threading.Event | None = None


@dataclass(frozen=True)
class BreaksOff:
    """The model says this and then an error, or another `line`, comes down the stream."""

    text: str
    line: str = 'data: {"error": {"message": "gone", "type": "server_error", "code": "server_error"}}'


@dataclass(frozen=True)
class Relays:
    """The model says what the failed tool before asks it to; these words otherwise."""

    otherwise: str


type Scripted = Says | Uses | Fails | BreaksOff | Relays


def says(*pieces: str, gate: threading.Event | None = None) -> Says:
    return Says(pieces, gate)


@dataclass
class Vendors:
    """What the vendors shall say, and what they were asked."""

    script: list[Scripted] = field(default_factory=list)
    chats: list[dict[str, Any]] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    voice_is_down: bool = False
    voice_hangs: float = 0.0  # seconds
    transcripts: list[str] = field(default_factory=list)
    transcribed: int = 0
    url: str = ""

    def routes(self) -> list[Route]:
        return [
            Route("/v1/chat/completions", self._chat, methods=["POST"]),
            Route("/v1/models", self._lists, methods=["GET"]),
            Route("/polly/{serial:int}/v1/speech", self._speech, methods=["POST"]),
            Route("/polly/{serial:int}/v1/voices", self._lists, methods=["GET"]),
            Route("/v1/audio/transcriptions", self._transcription, methods=["POST"]),
        ]

    def forget(self) -> None:
        """As new, at the same address."""
        fresh = Vendors(url=self.url)
        self.__dict__.update(fresh.__dict__)

    async def _lists(self, request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [], "Voices": []})

    async def _chat(self, request: Request) -> Response:
        self.chats.append(await request.json())
        answer = self.script.pop(0) if self.script else says("All right.")
        if isinstance(answer, Fails):
            if answer.gate is not None:
                await asyncio.to_thread(answer.gate.wait, 10)
            return JSONResponse(
                {"error": {"message": "no", "type": "server_error", "code": answer.code}}, answer.status
            )
        if isinstance(answer, Relays):
            answer = says(_asked_by_tool(self.chats[-1]) or answer.otherwise)
        return StreamingResponse(_stream(answer), media_type="text/event-stream")

    async def _speech(self, request: Request) -> Response:
        wanted = await request.json()
        await asyncio.sleep(self.voice_hangs)
        if self.voice_is_down:
            headers = {"x-amzn-ErrorType": "ServiceFailureException"}
            return JSONResponse({"message": "down"}, 500, headers)
        self.spoken.append(wanted["Text"])
        per_sample = {"pcm": 2, "mulaw": 1}[wanted["OutputFormat"]]
        silence = bytes(per_sample * 800 * len(wanted["Text"].split()))
        headers = {"x-amzn-RequestCharacters": str(len(wanted["Text"]))}
        return Response(silence, media_type=f"audio/{wanted['OutputFormat']}", headers=headers)

    async def _transcription(self, request: Request) -> Response:
        async with request.form() as form:
            assert form["model"]
        self.transcribed += 1
        return JSONResponse({"text": self.transcripts.pop(0) if self.transcripts else "Something."})


@contextmanager
def running_vendors() -> Iterator[Vendors]:
    vendors = Vendors()
    with serving(vendors.routes()) as address:
        vendors.url = f"http://{address}"
        yield vendors


def _asked_by_tool(chat: dict[str, Any]) -> str:
    last = chat["messages"][-1]
    result = json.loads(last["content"]) if last["role"] == "tool" else {}
    return str(result.get("error", {}).get("message", ""))


async def _stream(answer: Says | Uses | BreaksOff) -> AsyncIterator[str]:
    identity = f"chatcmpl-{uuid.uuid4().hex}"
    yield _line(identity, {"role": "assistant", "content": ""})
    match answer:
        case Says(pieces, gate):
            for piece in pieces[:-1]:
                yield _line(identity, {"content": piece})
            if gate is not None:
                await asyncio.to_thread(gate.wait, 10)
            yield _line(identity, {"content": pieces[-1]})
            yield _line(identity, {}, answer.finish)
        case Uses():
            if answer.text:
                yield _line(identity, {"content": answer.text})
            for index, use in enumerate(filter(None, (answer, answer.also))):
                arguments = json.dumps(use.arguments)
                function = {"name": use.name, "arguments": ""}
                opened = {"index": index, "id": use.id, "type": "function", "function": function}
                yield _line(identity, {"tool_calls": [opened]})
                for part in (arguments[:5], arguments[5:]):
                    await asyncio.sleep(use.pace)
                    yield _line(identity, {"tool_calls": [{"index": index, "function": {"arguments": part}}]})
            yield _line(identity, {}, answer.finish)
        case BreaksOff(text, line):
            yield _line(identity, {"content": text})
            yield f"{line}\n\n"
            return
    usage = {"id": identity, "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": []}
    yield f"data: {json.dumps(usage | {'usage': getattr(answer, 'usage', USAGE)})}\n\n"
    yield "data: [DONE]\n\n"


def _line(identity: str, delta: dict[str, Any], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    chunk = {"id": identity, "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(chunk | {'usage': None})}\n\n"
