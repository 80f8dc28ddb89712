"""A recording as MP3."""

import io

import av
import numpy as np
import pytest

from sandbox.twilio.rest.recording_media import mp3


@pytest.mark.parametrize("channels", [1, 2])
def test_a_second_stays_a_second_in_as_many_channels(channels):
    shape = (8000,) if channels == 1 else (8000, channels)
    with av.open(io.BytesIO(mp3(np.zeros(shape, np.int16)))) as file:
        track = file.streams.audio[0]
        seconds = sum(frame.samples for frame in file.decode(audio=0)) / track.rate
        assert (track.channels, seconds) == (channels, pytest.approx(1.0, abs=0.2))
