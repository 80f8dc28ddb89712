"""A model that says what a test tells it, and a caller on a line to it through OpenAI's own client."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import openai
import pytest

from sandbox.openai.agent.turn import ModelTurn, Reply
from sandbox.openai.realtime import endpoint
from sandbox.services import Services
from tests.sandbox.openai.realtime.line import Line
from tests.sandbox.serving import serving


class Script:
    """Answers with the replies given, then with the last one again; remembers what it was given."""

    def __init__(self) -> None:
        self.replies = [Reply("Good morning. How may I help you?")]
        self.turns: list[ModelTurn] = []

    def __call__(self, turn: ModelTurn) -> Reply:
        self.turns.append(turn)
        return self.replies[min(len(self.turns), len(self.replies)) - 1]


@pytest.fixture
def model() -> Script:
    return Script()


@pytest.fixture
def address(services: Services, model: Script) -> Iterator[str]:
    with serving(endpoint.routes(services, model)) as address:
        yield address


@pytest.fixture
def connect(address, speech) -> Callable[..., object]:
    """``async with connect() as line``: a session as its client sees it."""

    @asynccontextmanager
    async def connecting(
        *, model: str | None = "gpt-realtime-2.1", key: str = "sk-sandbox", **options: Any
    ) -> AsyncIterator[Line]:
        url = f"http://{address}/v1"
        options |= {"model": model} if model else {}
        async with (
            openai.AsyncOpenAI(api_key=key, base_url=url) as client,
            client.realtime.connect(**options) as connection,
        ):
            yield Line(connection, speech)

    return connecting
