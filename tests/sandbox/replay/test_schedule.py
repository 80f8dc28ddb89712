"""What a replay has to do, read from a log."""

import base64

import pytest

from sandbox.replay.schedule import read

EVENTS = [
    {"at_ms": 0, "kind": "created"},
    {"at_ms": 300, "kind": "status", "status": "in-progress"},
    {
        "at_ms": 350,
        "kind": "webhook",
        "ms": 40,
        "url": "https://app/voice",
        "method": "POST",
        "form": {},
        "status": 200,
    },
    {"at_ms": 900, "kind": "pressed", "digit": "9", "line_ms": 600},
    {"at_ms": 1000, "kind": "stream_start", "stream": "MZ1", "url": "wss://app/s", "two_way": True, "parameters": {}},
    {"at_ms": 1500, "kind": "stream", "stream": "MZ1", "direction": "in", "type": "media", "ms": 400},
    {"at_ms": 2000, "kind": "status", "status": "completed"},
]
CALL = {"sid": "CA1", "account": "AC1", "from": "+15125550100", "to": "+15125550101", "direction": "outbound-api"}
LOG = {"call": CALL, "events": EVENTS, "sound": [{"start_ms": 20, "ulaw": base64.b64encode(b"\xff" * 160).decode()}]}


def test_requests_come_when_they_were_sent_and_keys_when_they_were_pressed():
    schedule = read(LOG)
    (step,) = schedule.steps
    assert (step.at_ms, step.document, schedule.origin) == (310, True, "https://app")
    assert (schedule.keys, schedule.sound) == ([(600, "9")], [(20, b"\xff" * 160)])
    assert (schedule.answered_ms, schedule.ended_ms) == (300, 2000)


def test_a_stream_that_was_never_stopped_lasted_until_the_end():
    (stream,) = read(LOG).streams
    assert (stream.at_ms, stream.until_ms, stream.said_ms, stream.close_code) == (1000, 2000, 400, None)


@pytest.mark.parametrize(
    "log", [None, [], {}, {"call": CALL, "events": EVENTS[:2]}, LOG | {"sound": [{"start_ms": 0}]}]
)
def test_what_cannot_be_played_is_refused(log):
    with pytest.raises(ValueError, match=r"."):
        read(log)
