"""One voice and ear for all tests of the sandbox (loading the models takes seconds), and the vendors on real ports."""

import asyncio
from collections.abc import Iterator

import pytest

from sandbox.config import Config
from sandbox.services import Services
from sandbox.speech import Speech
from tests.sandbox.watch import conclude, watched


@pytest.fixture(scope="session")
def speech() -> Iterator[Speech]:
    speech = Speech()
    asyncio.run(speech.start())
    yield speech
    asyncio.run(speech.stop())


@pytest.fixture
def services(speech: Speech) -> Services:
    """Quick stand-ins: latencies short enough for tests, long enough to be told apart."""
    config = Config(llm_first_token_ms=40, speech_first_byte_ms=20, realtime_pace=12.0, openai_key="sk-sandbox")
    return watched(Services(config, speech=speech))


@pytest.fixture(autouse=True)
def _everything_conforms(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing but what a test provokes is complained about."""
    yield
    assert conclude(provoked=request.node.get_closest_marker("provokes") is not None) == []
