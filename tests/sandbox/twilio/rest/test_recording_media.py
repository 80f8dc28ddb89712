"""A recording as MP3."""

import numpy as np
import pytest

from sandbox.containers import decode
from sandbox.twilio.rest.recording_media import mp3


@pytest.mark.parametrize("channels", [1, 2])
def test_a_second_stays_a_second_in_as_many_channels(channels):
    shape = (8000,) if channels == 1 else (8000, channels)
    sound = decode(mp3(np.zeros(shape, np.int16)), rate=8000, channels=channels)
    assert len(sound) == pytest.approx(8000, abs=1600)
    assert sound.ndim == channels
