"""When a call's line carried sound, and which logs are kept."""

import numpy as np

from sandbox.twilio.call.audio_log import KEPT_CALLS, AudioLog
from sandbox.twilio.call.resource import Call
from sandbox.twilio.line.leg import FRAME


def a_call() -> Call:
    return Call("AC1", "+15125550101", "+15125550100")


def test_a_stretch_of_the_persons_voice_is_logged_and_kept_for_a_replay():
    log, call = AudioLog(pace=1.0), a_call()
    log.follow(call)
    for _ in range(25):
        call.leg.mouth.put(np.full(FRAME, 8000, np.int16))
        call.leg.hear()
        call.leg.play()
    log.finish(call)
    spans = [event.data for event in call.events if event.kind == "audio"]
    assert [(span["who"], span["start_ms"], span["end_ms"]) for span in spans] == [("person", 0, 500)]
    assert len(call.spoken) == 1


def test_of_too_many_calls_the_oldest_finished_one_loses_its_log():
    log, calls = AudioLog(pace=1.0), [a_call() for _ in range(KEPT_CALLS + 1)]
    calls[0].log("created")
    calls[0].becomes("completed")
    for call in calls:
        log.admit(call)
    assert list(calls[0].events) == []
