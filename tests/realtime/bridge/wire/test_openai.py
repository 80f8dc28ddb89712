"""Both wires: what peers send becomes events, what we do becomes messages they accept, and nonsense never raises."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.wire import openai as wire
from sandbox.openai.validation import client_problems

FRAME = base64.b64encode(b"\xff" * 160).decode()
SESSION = wire.Session("Be kind.", voice="marin", transcription_model="gpt-transcribe", keywords=("Oak Lane",))

TRANSCRIPT = {"type": "conversation.item.input_audio_transcription.completed", "item_id": "u1"}
MEDIA_FORMAT = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
START = {"streamSid": "MZ1", "callSid": "CA1", "customParameters": {"token": "t"}, "mediaFormat": MEDIA_FORMAT}


@pytest.mark.parametrize(
    ("message", "event"),
    [
        ({"event": "connected", "protocol": "Call"}, e.StreamConnected()),
        ({"event": "start", "start": START}, e.StreamStarted("MZ1", "CA1", {"token": "t"})),
        (
            {"event": "media", "media": {"track": "inbound", "chunk": "1", "timestamp": "20", "payload": FRAME}},
            e.CallerSpoke(FRAME, 20),
        ),
        ({"event": "media", "media": {"timestamp": "NaN", "payload": FRAME}}, e.CallerSpoke(FRAME, None)),
        ({"event": "media", "media": {"track": "outbound", "payload": FRAME}}, None),
        ({"event": "mark", "mark": {"name": "m7"}}, e.MarkEchoed("m7")),
        ({"event": "dtmf", "dtmf": {"track": "inbound_track", "digit": "9"}}, e.KeyPressed("9")),
        ({"event": "dtmf", "dtmf": {"digit": "x"}}, e.Unintelligible("phone", "dtmf.digit")),
        ({"event": "stop", "stop": {}}, e.StreamStopped()),
        ({"event": "party"}, e.Unintelligible("phone", "unknown event")),
        ({"event": "media", "media": {"payload": 'x"}'}}, e.Unintelligible("phone", "payload")),
        ({"event": "media"}, e.Unintelligible("phone", "media")),
        ({"event": "start", "start": START | {"streamSid": 'M"Z'}}, e.Unintelligible("phone", "start.streamSid")),
        ({"event": "start"}, e.Unintelligible("phone", "start.start")),
        (["event"], e.Unintelligible("phone", "object")),
    ],
)
def test_what_the_carrier_sends(message: Any, event: e.Event | None) -> None:
    assert wire.from_phone(json.dumps(message)) == event


@pytest.mark.parametrize(
    ("said", "understood"), [("Two bedrooms", "Two bedrooms"), ("9", "9"), ("Sí, así es", "Sí, así es")]
)
def test_what_was_said_is_understood(said: str, understood: str) -> None:
    assert wire.from_model(json.dumps(TRANSCRIPT | {"transcript": said})) == (e.TranscriptArrived("u1", understood),)


@pytest.mark.parametrize("noise", ["", " ", "...", "♪♪", "_-_", "?!"])
def test_fm13_what_a_transcriber_writes_of_a_noise_is_nothing_understood(noise: str) -> None:
    assert wire.from_model(json.dumps(TRANSCRIPT | {"transcript": noise})) == (e.TranscriptArrived("u1", ""),)


payloads = st.one_of(
    st.binary(min_size=1, max_size=200).map(lambda sound: base64.b64encode(sound).decode()),
    st.text('AZaz09+/="\\ é', max_size=8),
)
numbers = st.one_of(st.integers(0, 10**16).map(str), st.text("019x٣ -", max_size=17))
media = st.fixed_dictionaries(
    {"track": st.sampled_from(["inbound", "outbound"]), "chunk": numbers, "timestamp": numbers, "payload": payloads},
    optional={"x": numbers},
)
frames = st.fixed_dictionaries(
    {"event": st.just("media"), "sequenceNumber": numbers, "media": media},
    optional={"streamSid": st.sampled_from(["MZ1", "M-Z", "", "é"])},
)


@given(frame=frames, data=st.data(), compact=st.booleans(), ascii_only=st.booleans())
def test_a_frame_means_the_same_however_it_is_written(
    frame: dict[str, Any], data: st.DataObject, compact: bool, ascii_only: bool
) -> None:
    if data.draw(st.booleans()):
        frame = {key: frame[key] for key in data.draw(st.permutations(list(frame)))}
        frame["media"] = {key: frame["media"][key] for key in data.draw(st.permutations(list(frame["media"])))}
    text = json.dumps(frame, separators=(",", ":") if compact else None, ensure_ascii=ascii_only)
    assert wire.from_phone(text) == wire.from_phone(f" {text}")


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
@pytest.mark.parametrize("sid", ["before", "after"])
def test_a_frame_as_the_carrier_writes_it_is_heard(separators: tuple[str, str], sid: str) -> None:
    frame: dict[str, Any] = {"event": "media", "sequenceNumber": "2"}
    sound: dict[str, Any] = {"media": {"track": "inbound", "chunk": "1", "timestamp": "20", "payload": FRAME}}
    stream = {"streamSid": "MZ1"}
    message = frame | stream | sound if sid == "before" else frame | sound | stream
    assert wire.from_phone(json.dumps(message, separators=separators)) == e.CallerSpoke(FRAME, 20)


@pytest.mark.parametrize("text", ["", "{", "null", "[" * 100_000, '"\\ud800"'])
def test_what_is_no_message_is_unintelligible(text: str) -> None:
    assert isinstance(wire.from_phone(text), e.Unintelligible)
    assert all(isinstance(event, e.Unintelligible) for event in wire.from_model(text))


def test_a_message_of_any_length_is_bounded() -> None:
    assert wire.from_phone(" " * 2_000_000) == e.Unintelligible("phone", "too long")


def test_an_action_for_the_phone_is_what_the_carrier_expects() -> None:
    media, mark = (json.loads(text) for text in wire.to_phone(a.Play(FRAME, "m1"), "MZ1"))
    assert media == {"event": "media", "streamSid": "MZ1", "media": {"payload": FRAME}}
    assert mark == {"event": "mark", "streamSid": "MZ1", "mark": {"name": "m1"}}
    assert json.loads(wire.to_phone(a.StopPlayback(), "MZ1")[0]) == {"event": "clear", "streamSid": "MZ1"}


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
    assert list(wire.from_model(json.dumps(message))) == events


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
    assert client_problems(json.loads(wire.to_model(action, SESSION))) == []


def test_the_session_is_mulaw_both_ways_with_our_silence_and_no_transcriber_when_none_is_named() -> None:
    session = wire.Session("Be kind.", silence_ms=700)
    config = json.loads(wire.to_model(a.Configure(), session))["session"]
    assert config["audio"]["input"]["format"] == config["audio"]["output"]["format"] == {"type": "audio/pcmu"}
    assert config["audio"]["input"]["turn_detection"]["silence_duration_ms"] == 700
    assert config["audio"]["input"]["transcription"] is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
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
    for event in wire.from_model(json.dumps({"type": kind, **fields})):
        assert event is not None


@given(st.sampled_from(["media", "mark", "start", "dtmf"]), JSON)
def test_nothing_the_phone_sends_raises(event: str, body: Any) -> None:
    wire.from_phone(json.dumps({"event": event, event: body}))


def test_words_that_are_no_text_are_unintelligible() -> None:
    message = {"type": "response.output_audio_transcript.delta", "response_id": "r1", "item_id": "a1", "delta": 7}
    assert wire.from_model(json.dumps(message)) == (e.Unintelligible("model", "delta"),)
