"""The chat model and Polly of the soak: quick, monotonous, and failing as they are told."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.stage.names import number_named
from tests.stage.vendors import chat_answer, sound_of, what_they_list

FIRST_WORD_SECONDS = 0.3
SECONDS_PER_WORD = 0.08  # four times as fast as people: the opening shall not take up the whole call
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
            Route("/v1/speech", self._speech, methods=["POST"]),
            *what_they_list(),
        ]

    async def _chat(self, request: Request) -> Response:
        self.chats += 1
        number = number_named((await request.body()).decode())
        if number in self.chat_down:
            return JSONResponse({"error": {"message": "no", "type": "server_error", "code": None}}, 500)
        slow = number in self.chat_slow
        self.chat_slow.discard(number or -1)
        return chat_answer(ANSWER, after=5.0 if slow else FIRST_WORD_SECONDS)

    async def _speech(self, request: Request) -> Response:
        if asyncio.get_running_loop().time() < self._voice_down_until:
            return JSONResponse({"message": "down"}, 500, {"x-amzn-ErrorType": "ServiceFailureException"})
        return sound_of(await request.json(), seconds_per_word=SECONDS_PER_WORD)
