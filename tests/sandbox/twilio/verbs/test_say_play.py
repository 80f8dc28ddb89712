"""Voices of <Say>, sounds of <Play>."""

import numpy as np
import pytest

from sandbox.audio import wav_bytes
from sandbox.twilio.twiml import TwimlError
from sandbox.twilio.verbs.say_play import decoded, has_voice


@pytest.mark.parametrize("voice", ["", "alice", "Polly.Joanna", "Polly.Joanna-Neural", "Google.en-US-Standard-A"])
def test_twilio_has_this_voice(voice):
    assert has_voice(voice)


@pytest.mark.parametrize("voice", ["nobody", "Polly.Nobody", "Google.", "Other.Joanna"])
def test_twilio_has_no_such_voice(voice):
    assert not has_voice(voice)


def test_a_sound_file_is_played_at_the_lines_rate():
    assert len(decoded(wav_bytes(np.zeros(24000, np.int16), 24000))) == pytest.approx(8000, abs=200)


def test_what_is_no_sound_has_twilios_code():
    with pytest.raises(TwimlError) as refused:
        decoded(b"no sound at all")
    assert refused.value.code == 12400
