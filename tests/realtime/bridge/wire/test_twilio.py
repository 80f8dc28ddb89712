"""The carrier's wire: Twilio's messages become events, our actions become messages it accepts; nonsense is no error."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.wire import twilio
from tests.realtime.bridge.wire.nonsense import JSON

FRAME = base64.b64encode(b"\xff" * 160).decode()
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
    assert twilio.read_message(json.dumps(message)) == event


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
    assert twilio.read_message(text) == twilio.read_message(f" {text}")


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
@pytest.mark.parametrize("sid", ["before", "after"])
def test_a_frame_as_the_carrier_writes_it_is_heard(separators: tuple[str, str], sid: str) -> None:
    frame: dict[str, Any] = {"event": "media", "sequenceNumber": "2"}
    sound: dict[str, Any] = {"media": {"track": "inbound", "chunk": "1", "timestamp": "20", "payload": FRAME}}
    stream = {"streamSid": "MZ1"}
    message = frame | stream | sound if sid == "before" else frame | sound | stream
    assert twilio.read_message(json.dumps(message, separators=separators)) == e.CallerSpoke(FRAME, 20)


@pytest.mark.parametrize("text", ["", "{", "null", "[" * 100_000, '"\\ud800"'])
def test_what_is_no_message_is_unintelligible(text: str) -> None:
    assert isinstance(twilio.read_message(text), e.Unintelligible)


def test_a_message_of_any_length_is_bounded() -> None:
    assert twilio.read_message(" " * 2_000_000) == e.Unintelligible("phone", "too long")


def test_an_action_for_the_phone_is_what_the_carrier_expects() -> None:
    media, mark = (json.loads(text) for text in twilio.write_messages(a.Play(FRAME, "m1"), "MZ1"))
    assert media == {"event": "media", "streamSid": "MZ1", "media": {"payload": FRAME}}
    assert mark == {"event": "mark", "streamSid": "MZ1", "mark": {"name": "m1"}}
    assert json.loads(twilio.write_messages(a.StopPlayback(), "MZ1")[0]) == {"event": "clear", "streamSid": "MZ1"}


@given(st.sampled_from(["media", "mark", "start", "dtmf"]), JSON)
def test_whatever_the_carrier_sends_is_an_event_of_its_own_or_unintelligible_or_none(event: str, body: Any) -> None:
    read = twilio.read_message(json.dumps({"event": event, event: body}))
    kinds = {"media": e.CallerSpoke, "mark": e.MarkEchoed, "start": e.StreamStarted, "dtmf": e.KeyPressed}
    assert read is None or isinstance(read, (kinds[event], e.Unintelligible))
