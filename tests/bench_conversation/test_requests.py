"""What the stopwatch in the sandbox noted."""

import json
from typing import Any

from tests.bench_conversation.requests import NAIVE, RINGSIDE, Rendered, Written, read

MESSAGES = [
    {"role": "system", "content": "You are Robin."},
    {"role": "user", "content": "Is it a safe area?"},
    {"role": "assistant", "content": None, "tool_calls": []},
]


def noted(*came: tuple[float, str], vendor: str = "model", credentials: str = "Bearer sk-0", **asked: Any) -> Any:
    """A request as the sandbox's stopwatch tells of it."""
    told = {"at": 7.5, "vendor": vendor, "credentials": credentials, "came": [list(piece) for piece in came]}
    return told | {"asked": json.dumps({"messages": MESSAGES} | asked)}


def delta(**fields: Any) -> str:
    """A chunk of a streamed answer."""
    return f"data: {json.dumps({'choices': [{'index': 0, 'delta': fields}]})}\n\n"


def test_a_streamed_answer_keeps_when_its_pieces_came() -> None:
    streamed = read(
        noted(
            (351.0, delta(role="assistant", content="")),
            (352.0, delta(content="Yes, that is a good area.")),
            (360.0, delta(content=" Which one")),
            (400.0, delta(content=" do you like?")),
            (401.0, "data: [DONE]\n\n"),
        )
    )
    assert isinstance(streamed, Written)
    assert (streamed.by, streamed.heard, streamed.ms) == (RINGSIDE, "Is it a safe area?", 401.0)
    assert streamed.text == "Yes, that is a good area. Which one do you like?"
    assert (streamed.beginnings, streamed.beginning_ms) == ({"Yes, that is a good area."}, 360.0)
    assert not streamed.with_tools


def test_an_answer_of_one_sentence_begins_when_it_is_complete() -> None:
    answer = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "Of course."}}]}
    whole = read(noted((600.0, json.dumps(answer)), (600.1, ""), credentials="Bearer sk-naive"))
    assert isinstance(whole, Written)
    assert whole.by == NAIVE
    assert (whole.beginnings, whole.beginning_ms) == ({"Of course."}, 600.1)


def test_a_long_sentence_may_be_said_up_to_its_comma_or_as_a_whole() -> None:
    text = "Commission is negotiable, and one of our agents will explain it to you. Anything else?"
    long = read(noted(*((350.0 + at, delta(content=letter)) for at, letter in enumerate(text)), (500.0, "")))
    assert isinstance(long, Written)
    assert long.beginnings == {"Commission is negotiable,", text.removesuffix(" Anything else?")}
    assert long.beginning_ms == 350.0 + 60


def test_an_answer_that_calls_a_tool_is_known_by_it() -> None:
    called = read(noted((350.0, delta(content=None, tool_calls=[{"index": 0, "id": "call_1"}]))))
    assert isinstance(called, Written)
    assert called.with_tools
    assert called.text == ""


def test_a_sound_is_known_by_its_text() -> None:
    credentials = "AWS4-HMAC-SHA256 Credential=AKIANAIVE/20261126/us-east-1/polly/aws4_request, SignedHeaders=host"
    sound = read(noted((151.0, ""), (151.2, ""), vendor="voice", credentials=credentials, Text="Of course."))
    assert sound == Rendered(7.5, NAIVE, "Of course.", 151.2)
