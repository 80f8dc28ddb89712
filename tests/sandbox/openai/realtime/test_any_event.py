"""Whatever a client sends, its session lives on: it refuses with an ``error`` event or does what it was asked."""

import asyncio
import types
import typing
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sandbox.config import Config
from sandbox.conformance.sdk_types import fields_of
from sandbox.openai.agent.turn import ModelTurn, Reply
from sandbox.openai.realtime.client_secrets import new_settings
from sandbox.openai.realtime.errors import RealtimeError
from sandbox.openai.realtime.session import Session
from sandbox.openai.validation import CLIENT_EVENTS
from sandbox.services import Services
from sandbox.speech import Speech

type Event = Any

TEXTS = ("", "item_1", "auto", "marin", "gpt-transcribe", "gpt-realtime-whisper", "YWJj", "abc")
NUMBERS = (0, 1, 500, 8000)
BENT: tuple[Any, ...] = (None, True, -1, 0.5, 10**9, "x", [], [None], {}, {"type": "x"})


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """What an annotation of the SDK's models allows, null wherever it says optional."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return values(arguments[0])
    if origin in (typing.Union, types.UnionType):
        return st.one_of([values(arm) for arm in arguments])
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin is list:
        return st.lists(values(arguments[0]), max_size=2)
    if origin is dict or annotation is dict:
        return st.dictionaries(st.sampled_from(TEXTS), values(arguments[1] if arguments else str), max_size=2)
    if isinstance(annotation, type) and annotation.__module__.startswith("openai."):
        return shaped(annotation)
    return SCALARS.get(annotation, st.sampled_from(BENT))


SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    type(None): st.none(),
    bool: st.booleans(),
    int: st.sampled_from(NUMBERS),
    float: st.sampled_from((0.0, 0.5, 1, 1.5)),
    str: st.sampled_from(TEXTS),
}


def shaped(model: Any) -> st.SearchStrategy[dict[str, Any]]:
    fields = {name: (values(annotation), required) for name, (annotation, required) in fields_of(model).items()}
    must = {name: value for name, (value, required) in fields.items() if required}
    may = {name: value for name, (value, required) in fields.items() if not required}
    return st.fixed_dictionaries(must, optional=may)


GOOD = st.one_of([shaped(model) for model in CLIENT_EVENTS.values()])


@st.composite
def bent(draw: st.DrawFn) -> Event:
    """An event with one value, however deep, that does not belong there."""
    event = draw(GOOD)
    where: Any = event
    while True:
        key = draw(st.sampled_from(sorted(where) if isinstance(where, dict) else range(len(where))))
        if not isinstance(where[key], dict | list) or not where[key] or draw(st.booleans()):
            where[key] = draw(st.sampled_from(BENT))
            return event
        where = where[key]


def update(**session: Any) -> Event:
    return {"type": "session.update", "session": {"type": "realtime"} | session}


def heard(**fields: Any) -> Event:
    return update(audio={"input": fields})


def create(**response: Any) -> Event:
    return {"type": "response.create", "response": response}


def item(**fields: Any) -> Event:
    return {"type": "conversation.item.create", "item": {"type": "message", "role": "user"} | fields}


async def lived_through(events: list[Event], speech: Speech, kind: str) -> Services:
    """A session that got these events, then an update it must answer, and its last response to the end."""
    services = Services(Config(llm_first_token_ms=0, speech_first_byte_ms=0, realtime_pace=1000.0), speech=speech)
    sent: list[dict[str, Any]] = []
    async with asyncio.TaskGroup() as tasks:
        first = new_settings("gpt-realtime-2.1", kind, services.config)
        session = Session(services, settings=first, model=answer, tasks=tasks, send=sent.append)
        for event in events:
            try:
                session.receive(event)
            except RealtimeError:
                return services  # the end a client can read: an error event and a close
            session.tick()
            await asyncio.sleep(0.001)
        session.receive({"type": "session.update", "session": {"type": kind}})
        assert sent[-1]["type"] == "session.updated"
    return services


def answer(turn: ModelTurn) -> Reply:
    return Reply("Yes.")


@pytest.mark.parametrize("kind", ["realtime", "transcription"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(events=st.lists(st.one_of(GOOD, bent()), min_size=1, max_size=3))
@example([heard(turn_detection={"type": "server_vad", "threshold": None, "silence_duration_ms": None})])
@example(
    [heard(turn_detection={"type": "server_vad", "prefix_padding_ms": None}), {"type": "input_audio_buffer.clear"}]
)
@example([heard(turn_detection={"type": "semantic_vad", "eagerness": None})])
@example([create(audio=None)])
@example([create(audio={"output": None})])
@example([create(audio={"output": {"voice": None, "format": None}})])
@example([create(audio={"output": {"format": {}}})])
@example([create(audio={"output": {"format": {"type": "audio/pcm", "rate": None}}})])
@example([create(input=[{"type": "item_reference"}])])
@example([create(input=5)])
@example([item(content=[{"type": "input_audio", "audio": "abc"}])])
@example([item(content=5)])
def test_a_session_outlives_every_event(speech: Speech, kind: str, events: list[Event]) -> None:
    services = asyncio.run(lived_through(events, speech, kind))

    assert [one for one in services.complaints.all() if one.by == "sandbox"] == []
