"""The chat model and Polly of the storm, which count who asked them for what."""

import uuid
from collections import Counter
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.stage.names import number_named
from tests.stage.vendors import chat_answer, sound_of, what_they_list
from tests.storm.script import Reply, Round, reply, round_of

SECONDS_PER_WORD = 0.01  # some thirty times as fast as people: what is played is not what the storm is about


class Vendors:
    """What both were asked: requests by call and round, renderings by format and text."""

    def __init__(self) -> None:
        self.chats: Counter[tuple[int, Round]] = Counter()
        self.renderings: Counter[tuple[str, str]] = Counter()
        self.characters = 0
        self.strange = 0  # requests about no call, or after no line, of the run

    def routes(self) -> list[Route]:
        return [
            Route("/v1/chat/completions", self._chat, methods=["POST"]),
            Route("/v1/speech", self._speech, methods=["POST"]),
            *what_they_list(),
        ]

    async def _chat(self, request: Request) -> Response:
        messages = (await request.json())["messages"]
        number, asked = number_named(str(messages[0]["content"])), round_of(messages)
        if number is None or asked is None:
            self.strange += 1
            return _answered(Reply(("Pardon?",), 0.0))
        self.chats[number, asked] += 1
        return _answered(reply(number, asked, messages, today=datetime.now(UTC).date(), unique=uuid.uuid4().hex[:12]))

    async def _speech(self, request: Request) -> Response:
        wanted = await request.json()
        self.renderings[wanted["OutputFormat"], wanted["Text"]] += 1
        self.characters += len(wanted["Text"])
        return sound_of(wanted, seconds_per_word=SECONDS_PER_WORD)


def _answered(said: Reply) -> Response:
    return chat_answer(said.pieces, after=said.after, tool=said.tool)
