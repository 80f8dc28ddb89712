"""Our schemas of Twilio's messages, held against what Twilio's own library knows of them."""

import ast
import inspect
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.rest.api.v2010.account import call, message, recording
from twilio.rest.api.v2010.account.call import recording as call_recording
from twilio.rest.api.v2010.account.call import stream

from sandbox.conformance.shapes import form_misfits, misfits, schema, stream_misfits, webhook_of

RESOURCES = {
    "call": call.CallInstance,
    "recording": recording.RecordingInstance,
    "call_recording": call_recording.RecordingInstance,
    "stream": stream.StreamInstance,
    "message": message.MessageInstance,
}


def fields_read(instance: type) -> set[str]:
    """The keys of a reply that Twilio's library reads."""
    tree = ast.parse(inspect.getsource(instance))
    gets = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get"]
    return {str(node.args[0].value) for node in gets if isinstance(node.args[0], ast.Constant)}


@pytest.mark.parametrize("shape", RESOURCES)
def test_a_resource_has_the_fields_twilios_library_reads_and_no_others(shape: str) -> None:
    assert set(schema()["$defs"][shape]["properties"]) == fields_read(RESOURCES[shape])


@pytest.mark.parametrize(
    ("shape", "statuses"),
    [
        ("call_status", call.CallInstance.Status),
        ("message_status", message.MessageInstance.Status),
        ("recording_status", call_recording.RecordingInstance.Status),
    ],
)
def test_the_statuses_are_the_librarys(shape: str, statuses: type) -> None:
    known = {value for name, value in vars(statuses).items() if name.isupper()}
    assert set(schema()["$defs"][shape]["enum"]) == known


def test_every_shape_is_a_valid_schema() -> None:
    names = schema()["$defs"]
    assert all(isinstance(misfits(name, {}), list) for name in names)


def error(**changes: object) -> dict[str, object]:
    good = {"code": 21211, "message": "m", "more_info": "https://www.twilio.com/docs/errors/21211", "status": 400}
    return good | changes


def test_a_misfit_is_told_by_place_and_rule_and_never_by_content() -> None:
    assert misfits("error", error()) == []
    assert misfits("error", error(code="secret words")) == ["code: breaks type integer"]
    assert misfits("error", error(mood=1)) == ["Additional properties are not allowed ('mood' was unexpected)"]
    assert misfits("error", {"code": 1, "message": "m", "status": 400}) == ["'more_info' is a required property"]


@pytest.mark.parametrize(
    ("form", "webhook"),
    [
        ([("CallStatus", "ringing")], "voice"),
        ([("CallStatus", "in-progress"), ("AnsweredBy", "human")], "voice"),
        ([("CallSid", "CA"), ("AnsweredBy", "human")], "amd"),
        ([("CallStatus", "ringing"), ("CallbackSource", "call-progress-events")], "status"),
        ([("Digits", "1")], "gather"),
        ([("SpeechResult", "yes")], "gather"),
        ([("UnstableSpeechResult", "ye")], "partial"),
        ([("DialCallStatus", "busy"), ("RecordingUrl", "u")], "dial"),
        ([("RecordingUrl", "u"), ("Digits", "hangup")], "record"),
        ([("RecordingStatus", "completed"), ("RecordingUrl", "u")], "recording"),
        ([("StreamEvent", "stream-started")], "stream"),
        ([("MessageStatus", "sent")], "message"),
        ([("ErrorCode", "11200"), ("ErrorUrl", "u")], "fallback"),
    ],
)
def test_a_webhook_is_known_by_its_parameters(form: list[tuple[str, str]], webhook: str) -> None:
    assert webhook_of(form) == webhook


def test_an_invented_parameter_is_a_misfit() -> None:
    problems = form_misfits("amd", [("CallSid", "CA1"), ("Mood", "good")])
    assert "CallSid: breaks pattern ^CA[0-9a-f]{32}$" in problems
    assert any("'Mood' was unexpected" in problem for problem in problems)


MEDIA: dict[str, Any] = {
    "event": "media",
    "sequenceNumber": "7",
    "media": {"track": "inbound", "chunk": "6", "timestamp": "120", "payload": "//79" * 54},
    "streamSid": "MZ" + "0a" * 16,
}


def as_sent(message: Mapping[str, object]) -> str:
    return json.dumps(message, separators=(",", ":"))


@given(
    st.sampled_from(["sequenceNumber", "streamSid", "track", "chunk", "timestamp", "payload"]),
    st.sampled_from(["", "0", "1", "-1", "1.5", "x", "outbound", "MZ", "MZ" + "f" * 32, "abcd", "ab=d", "abc=", "a b="])
    | st.text(max_size=5)
    | st.integers(),
)
def test_the_quick_look_at_media_says_what_the_schema_says(field: str, value: object) -> None:
    message = MEDIA | ({field: value} if field in MEDIA else {"media": MEDIA["media"] | {field: value}})
    assert bool(stream_misfits(as_sent(message))) == bool(misfits("stream_media", message))


def test_the_quick_look_is_the_usual_one() -> None:
    source = Path("sandbox/twilio/verbs/media_stream.py").read_text(encoding="utf-8")
    assert 'json.dumps(message, separators=(",", ":"))' in source
    assert stream_misfits(as_sent(MEDIA)) == []
