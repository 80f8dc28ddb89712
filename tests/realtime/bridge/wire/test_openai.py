"""The model's wire: OpenAI's messages become events, our actions become messages it accepts; nonsense is no error."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.wire import openai
from sandbox.openai.validation import client_problems
from tests.realtime.bridge.wire.nonsense import JSON

FRAME = base64.b64encode(b"\xff" * 160).decode()
SESSION = openai.SessionConfig("Be kind.", voice="marin", transcription_model="gpt-transcribe", keywords=("Oak Lane",))
TRANSCRIPT = {"type": "conversation.item.input_audio_transcription.completed", "item_id": "u1"}


@pytest.mark.parametrize(
    ("said", "understood"), [("Two bedrooms", "Two bedrooms"), ("9", "9"), ("Sí, así es", "Sí, así es")]
)
def test_what_was_said_is_understood(said: str, understood: str) -> None:
    assert openai.read_message(json.dumps(TRANSCRIPT | {"transcript": said})) == (
        e.TranscriptArrived("u1", understood),
    )


@pytest.mark.parametrize("noise", ["", " ", "...", "♪♪", "_-_", "?!"])
def test_fm13_what_a_transcriber_writes_of_a_noise_is_nothing_understood(noise: str) -> None:
    assert openai.read_message(json.dumps(TRANSCRIPT | {"transcript": noise})) == (e.TranscriptArrived("u1", ""),)


@pytest.mark.parametrize("text", ["", "{", "null", "[" * 100_000, '"\\ud800"'])
def test_what_is_no_message_is_unintelligible(text: str) -> None:
    [event] = openai.read_message(text)
    assert isinstance(event, e.Unintelligible)


CALL = {"type": "function_call", "id": "f1", "call_id": "c1", "name": "end_call", "arguments": "{}"}
TOOL_CALLED = e.ToolCalled("r1", "f1", "c1", "end_call", "{}")


@pytest.mark.parametrize(
    ("message", "events"),
    [
        ({"type": "session.created", "session": {}}, [e.ModelConnected()]),
        (
            {
                "type": "session.updated",
                "session": {
                    "audio": {"input": {"format": {"type": "audio/pcmu"}}, "output": {"format": {"type": "x"}}}
                },
            },
            [e.ModelReady("audio/pcmu", "x")],
        ),
        (
            {"type": "input_audio_buffer.speech_started", "item_id": "u1", "audio_start_ms": 40},
            [e.CallerStarted("u1", 40)],
        ),
        (
            {"type": "input_audio_buffer.speech_stopped", "item_id": "u1", "audio_end_ms": 90.0},
            [e.CallerFinished("u1", 90)],
        ),
        (
            {"type": "input_audio_buffer.committed", "item_id": "u1", "previous_item_id": None},
            [e.ItemPlaced("u1", None, a.Speaker.CALLER)],
        ),
        (
            {
                "type": "conversation.item.added",
                "item": {"id": "a1", "type": "message", "role": "assistant"},
                "previous_item_id": "u1",
            },
            [e.ItemPlaced("a1", "u1", a.Speaker.AGENT)],
        ),
        (
            {"type": "conversation.item.added", "item": {"id": "o1", "type": "function_call_output", "call_id": "c1"}},
            [e.ItemPlaced("o1", None, None, "c1")],
        ),
        (
            {
                "type": "conversation.item.input_audio_transcription.completed",
                "item_id": "u1",
                "transcript": "a\x00b\ud800",
                "usage": {"type": "duration", "seconds": 2, "note": "x"},
            },
            [e.TranscriptArrived("u1", "ab", {"type": "duration", "seconds": 2})],
        ),
        (
            {"type": "conversation.item.input_audio_transcription.failed", "item_id": "u1", "error": {}},
            [e.TranscriptArrived("u1", None)],
        ),
        ({"type": "response.created", "response": {"id": "r1"}}, [e.ResponseStarted("r1")]),
        (
            {"type": "response.output_audio.delta", "response_id": "r1", "item_id": "a1", "delta": FRAME},
            [e.AudioArrived("r1", "a1", FRAME)],
        ),
        ({"type": "response.output_audio.done", "item_id": "a1"}, [e.AudioEnded("a1")]),
        (
            {"type": "response.output_audio_transcript.delta", "response_id": "r1", "item_id": "a1", "delta": "Hi"},
            [e.WordsArrived("r1", "a1", "Hi")],
        ),
        (
            {
                "type": "response.output_audio_transcript.done",
                "response_id": "r1",
                "item_id": "a1",
                "transcript": "Hi.",
            },
            [e.WordsArrived("r1", "a1", "Hi.", complete=True)],
        ),
        (
            {"type": "response.output_item.done", "response_id": "r1", "item": CALL | {"status": "completed"}},
            [TOOL_CALLED],
        ),
        ({"type": "response.output_item.done", "response_id": "r1", "item": CALL | {"status": "incomplete"}}, []),
        (
            {
                "type": "response.done",
                "response": {
                    "id": "r1",
                    "status": "failed",
                    "status_details": {"type": "failed", "error": {"type": "x", "code": "insufficient_quota"}},
                    "output": [CALL | {"status": "completed"}],
                    "usage": {"total_tokens": 7, "bad": float("nan"), "input_token_details": {"audio_tokens": 3.5}},
                },
            },
            [
                TOOL_CALLED,
                e.ResponseEnded(
                    "r1",
                    "failed",
                    "",
                    "insufficient_quota",
                    {"total_tokens": 7, "input_token_details": {"audio_tokens": 3.5}},
                ),
            ],
        ),
        (
            {"type": "response.done", "response": {"id": "r1", "status": "cancelled", "usage": None}},
            [e.ResponseEnded("r1", "cancelled")],
        ),
        ({"type": "error", "error": {"type": "server_error", "code": None}}, [e.ModelErred("server_error")]),
        ({"type": "rate_limits.updated"}, []),
        ({"type": "response.created", "response": {}}, [e.Unintelligible("model", "id")]),
        (
            {"type": "input_audio_buffer.speech_started", "item_id": "u1", "audio_start_ms": True},
            [e.Unintelligible("model", "audio_start_ms")],
        ),
        ({"type": 7}, [e.Unintelligible("model", "type")]),
    ],
)
def test_what_the_model_sends(message: Any, events: list[e.Event]) -> None:
    assert list(openai.read_message(json.dumps(message))) == events


@pytest.mark.parametrize(
    "action",
    [
        a.Configure(),
        a.Probe(),
        a.Listen(FRAME),
        a.Remember("opening", a.Speaker.AGENT, "I am an AI."),
        a.Remember("k1", a.Speaker.CALLER, "[The caller pressed 5.]"),
        a.RememberToolCall("c1", "end_call", "{}"),
        a.GiveToolResult("c1", '{"ok":true}'),
        a.Truncate("a1", 700),
        a.Forget("a1"),
        a.Cancel("r1"),
        a.Respond(),
        a.Respond("Say goodbye.", may_use_tools=False),
    ],
)
def test_what_we_tell_the_model_is_valid(action: a.ModelAction) -> None:
    assert client_problems(json.loads(openai.write_message(action, SESSION))) == []


def test_the_session_is_mulaw_both_ways_with_our_silence_and_no_transcriber_when_none_is_named() -> None:
    session = openai.SessionConfig("Be kind.", silence_ms=700)
    config = json.loads(openai.write_message(a.Configure(), session))["session"]
    assert config["audio"]["input"]["format"] == config["audio"]["output"]["format"] == {"type": "audio/pcmu"}
    assert config["audio"]["input"]["turn_detection"]["silence_duration_ms"] == 700
    assert config["audio"]["input"]["transcription"] is None


TYPES = st.sampled_from(
    [
        "response.output_audio.delta", "response.done", "response.output_item.done", "conversation.item.added",
        "session.updated", "error", "input_audio_buffer.committed", "response.output_audio_transcript.done",
    ]
)  # fmt: skip
FIELDS = st.dictionaries(
    st.sampled_from(["item", "response", "session", "delta", "item_id", "response_id", "error", "transcript"]), JSON
)


@given(TYPES, FIELDS)
def test_nothing_the_model_sends_raises(kind: str, fields: dict[str, Any]) -> None:
    for event in openai.read_message(json.dumps({"type": kind, **fields})):
        assert event.__class__.__module__ == e.__name__


def test_words_that_are_no_text_are_unintelligible() -> None:
    message = {"type": "response.output_audio_transcript.delta", "response_id": "r1", "item_id": "a1", "delta": 7}
    assert openai.read_message(json.dumps(message)) == (e.Unintelligible("model", "delta"),)
