"""A recording of two people, with real speech at known places: what activity models must be tested on."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calls.recordings.wav import Sound
from sandbox.audio import SPEECH_HZ, resample
from sandbox.speech.synthesis import synthesize
from sandbox.speech.voices import Voice

RATE = 8000
WORDS = "Yes, we are looking for a house."

type Talk = Callable[..., Sound]


@cache
def voice() -> NDArray[Any]:
    """About two seconds of somebody speaking, at 8 kHz, without silence around it."""
    return resample(synthesize(WORDS, Voice()), SPEECH_HZ, RATE)


def seconds_of_voice() -> float:
    return len(voice()) / RATE


def conversation(*spoken: tuple[int, float], seconds: float) -> Sound:
    """Two channels of faint noise, with the voice on a channel (0 or 1) from a second on."""
    samples = np.random.default_rng(1).normal(0, 6, (int(seconds * RATE), 2))
    for channel, start in spoken:
        first = int(start * RATE)
        samples[first : first + len(voice()), channel] += voice()
    return Sound(samples.astype(np.int16), RATE)
