"""The street behind a voice."""

import numpy as np
import pytest

from sandbox.audio import dbfs
from sandbox.twilio.line.background_noise import StreetNoise, street
from sandbox.twilio.line.leg import FRAME, SILENCE


@pytest.mark.parametrize("level", [-45.0, -30.0])
def test_the_street_is_as_loud_as_asked(level):
    assert dbfs(street(level)) == pytest.approx(level, abs=0.5)


def test_it_loops_without_end_and_lies_under_silence():
    noise, first = StreetNoise(-30.0), None
    for _ in range(len(street(-30.0)) // FRAME):
        frame = noise.around(SILENCE)
        first = frame if first is None else first
    assert first is not None
    assert np.array_equal(noise.around(SILENCE), first)
    assert first.any()
