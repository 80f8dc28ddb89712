"""The vendors of a run on one port of the loopback, in the process of the run; a quick chat model and voice."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

HZ = 8000
KEEP_ALIVE_SECONDS = 600
PIECE_SECONDS = 0.1  # between two pieces of the chat model's text
BYTES_PER_SAMPLE = {"pcm": 2, "mulaw": 1}
QUIET = {"pcm": b"\0\0", "mulaw": b"\xff"}
USAGE = {"prompt_tokens": 900, "completion_tokens": 25, "total_tokens": 925}


@asynccontextmanager
async def serving(application: Any, port: int, **options: Any) -> AsyncIterator[None]:
    """An ASGI application on that port, in this loop. ``options`` are uvicorn's.

    Idle connections stay open: one that is closed in the moment it is used again looks like a vendor that fails.
    """
    fixed: dict[str, Any] = {"lifespan": "off", "log_config": None, "timeout_keep_alive": KEEP_ALIVE_SECONDS}
    config = uvicorn.Config(application, host="127.0.0.1", port=port, log_level="critical", **fixed, **options)
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    ticking = asyncio.create_task(server.main_loop())
    try:
        yield
    finally:
        server.should_exit = True
        await ticking
        await server.shutdown()


def what_they_list() -> list[Route]:
    """The lists by which the house sees that the vendors are there."""

    async def nothing(request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [], "Voices": []})

    return [Route("/v1/models", nothing, methods=["GET"]), Route("/v1/voices", nothing, methods=["GET"])]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool the chat model wants used."""

    id: str
    name: str
    arguments: dict[str, Any]


def chat_answer(pieces: Iterable[str], *, after: float, tool: ToolCall | None = None) -> Response:
    """The chat model's stream: the first piece ``after`` seconds, the tool, the usage."""
    return StreamingResponse(_stream(pieces, after, tool), media_type="text/event-stream")


def sound_of(wanted: dict[str, Any], *, seconds_per_word: float) -> Response:
    """What Polly makes of a SynthesizeSpeech request: silence of the text's length."""
    output, words = wanted["OutputFormat"], len(wanted["Text"].split())
    sound = QUIET[output] * int(HZ * seconds_per_word * words)
    headers = {"x-amzn-RequestCharacters": str(len(wanted["Text"]))}
    return Response(sound, media_type=f"audio/{output}", headers=headers)


async def _stream(pieces: Iterable[str], wait: float, tool: ToolCall | None) -> AsyncIterator[str]:
    head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "object": "chat.completion.chunk", "created": 1, "model": "m"}

    def line(delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return f"data: {json.dumps(head | {'choices': [choice], 'usage': None})}\n\n"

    await asyncio.sleep(wait)
    yield line({"role": "assistant", "content": ""})
    for piece in pieces:
        yield line({"content": piece})
        await asyncio.sleep(PIECE_SECONDS)
    if tool is not None:
        function = {"name": tool.name, "arguments": json.dumps(tool.arguments)}
        yield line({"tool_calls": [{"index": 0, "id": tool.id, "type": "function", "function": function}]})
    yield line({}, "tool_calls" if tool else "stop")
    yield f"data: {json.dumps(head | {'choices': [], 'usage': USAGE})}\n\n"
    yield "data: [DONE]\n\n"
