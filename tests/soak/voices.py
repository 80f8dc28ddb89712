"""The chat model and Polly of the soak: quick, monotonous, and failing as they are told."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.soak.sound import number_named

FIRST_WORD_SECONDS = 0.3
SECONDS_PER_WORD = 0.08  # four times as fast as people: the opening shall not take up the whole call
BYTES_PER_SAMPLE = {"pcm": 2, "mulaw": 1}
QUIET = {"pcm": b"\0\0", "mulaw": b"\xff"}
ANSWER = "All right, I have noted that. ", "What else is important to you?"


class Voices:
    """What both do, and to which calls they do it no more."""

    def __init__(self) -> None:
        self.chat_down: set[int] = set()
        self.chat_slow: set[int] = set()
        self.chats = 0
        self._voice_down_until = 0.0

    def silence_polly(self, seconds: float) -> None:
        """Polly fails for so long."""
        self._voice_down_until = asyncio.get_running_loop().time() + seconds

    def routes(self) -> list[Route]:
        return [
            Route("/v1/chat/completions", self._chat, methods=["POST"]),
            Route("/v1/models", self._nothing, methods=["GET"]),
            Route("/v1/speech", self._speech, methods=["POST"]),
            Route("/v1/voices", self._nothing, methods=["GET"]),
        ]

    async def _nothing(self, request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [], "Voices": []})

    async def _chat(self, request: Request) -> Response:
        self.chats += 1
        number = number_named((await request.body()).decode())
        if number in self.chat_down:
            return JSONResponse({"error": {"message": "no", "type": "server_error", "code": None}}, 500)
        slow = number in self.chat_slow
        self.chat_slow.discard(number or -1)
        return StreamingResponse(_stream(5.0 if slow else FIRST_WORD_SECONDS), media_type="text/event-stream")

    async def _speech(self, request: Request) -> Response:
        if asyncio.get_running_loop().time() < self._voice_down_until:
            return JSONResponse({"message": "down"}, 500, {"x-amzn-ErrorType": "ServiceFailureException"})
        wanted = await request.json()
        output, words = wanted["OutputFormat"], len(wanted["Text"].split())
        sound = QUIET[output] * int(8000 * SECONDS_PER_WORD * words)
        headers = {"x-amzn-RequestCharacters": str(len(wanted["Text"]))}
        return Response(sound, media_type=f"audio/{output}", headers=headers)


async def _stream(wait: float) -> AsyncIterator[str]:
    head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "object": "chat.completion.chunk", "created": 1, "model": "m"}

    def line(delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return f"data: {json.dumps(head | {'choices': [choice], 'usage': None})}\n\n"

    await asyncio.sleep(wait)
    yield line({"role": "assistant", "content": ""})
    for piece in ANSWER:
        yield line({"content": piece})
        await asyncio.sleep(0.1)
    yield line({}, "stop")
    usage = {"prompt_tokens": 900, "completion_tokens": 25, "total_tokens": 925}
    yield f"data: {json.dumps(head | {'choices': [], 'usage': usage})}\n\n"
    yield "data: [DONE]\n\n"
