"""Recordings, cut from the frames of a line."""

import numpy as np
import pytest

from sandbox.audio import read_wav
from sandbox.twilio.call.recording import Recorder, Recording, mix
from sandbox.twilio.call.resource import Call, RecordingOptions
from sandbox.twilio.line.leg import FRAME

LOUD = np.full(FRAME, 8000, np.int16)


def recorded(tmp_path, options, frames=50):
    call = Call("AC1", "+15125550101", "+15125550100")
    recording = Recording(call, options, tmp_path / "RE1.wav")
    recorder = Recorder(recording, call.leg, tell=lambda recording: None)
    recorder.hear_played(call.leg)
    for _ in range(frames):
        call.leg.mouth.put(LOUD)
        call.leg.hear()
        call.leg.play()
    recorder.finish()
    return recording


@pytest.mark.parametrize(("channels", "track", "kept"), [(2, "both", 2), (1, "both", 1), (2, "inbound", 1)])
def test_one_track_alone_is_mono(tmp_path, channels, track, kept):
    recording = recorded(tmp_path, RecordingOptions(channels=channels, track=track))
    sound, rate = read_wav(recording.path.read_bytes())
    assert (recording.channels, recording.status, rate) == (kept, "completed", 8000)
    assert sound.shape == ((50 * FRAME, 2) if kept == 2 else (50 * FRAME,))


def test_the_person_is_left_and_what_is_played_right(tmp_path):
    sound, _ = read_wav(recorded(tmp_path, RecordingOptions(channels=2)).path.read_bytes())
    assert sound[:, 0].any()
    assert not sound[:, 1].any()


def test_nothing_recorded_is_absent(tmp_path):
    assert recorded(tmp_path, RecordingOptions(), frames=0).status == "absent"


def test_two_loud_voices_are_clipped_and_not_wrapped():
    assert mix(np.full(3, 30_000, np.int16), np.full(3, 30_000, np.int16)).tolist() == [32767] * 3
