"""Background noise: the street a caller stands in."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sandbox.audio import TELEPHONE_HZ, Pcm
from sandbox.twilio.line.leg import FRAME, through_the_line

_LOOP_SECONDS = 12
_PASSING_CARS = 3
_LOWEST_HZ = 60.0


@cache
def street(level_dbfs: float, *, seed: int = 1) -> Pcm:
    """Twelve seconds of traffic at that mean level: a rumble that rises and falls as cars go by. Loops seamlessly."""
    count = _LOOP_SECONDS * TELEPHONE_HZ
    sound = _rumble(count, np.random.default_rng(seed)) * _swell(count)
    loudness = 32768 * 10 ** (level_dbfs / 20) / np.sqrt(np.mean(np.square(sound)))
    return np.asarray(np.clip(sound * loudness, -32768, 32767), np.int16)


def _rumble(count: int, dice: np.random.Generator) -> NDArray[np.float64]:
    """Noise that loses 3 dB an octave, as traffic does."""
    spectrum = np.fft.rfft(dice.normal(size=count))
    pitches = np.fft.rfftfreq(count, 1 / TELEPHONE_HZ)
    spectrum /= np.sqrt(np.maximum(pitches, _LOWEST_HZ))
    spectrum[pitches < _LOWEST_HZ] = 0
    return np.asarray(np.fft.irfft(spectrum, count), np.float64)


def _swell(count: int) -> NDArray[np.float64]:
    phase = np.arange(count) / count * 2 * np.pi * _PASSING_CARS
    return np.asarray(1.0 + 0.5 * np.sin(phase), np.float64)


class StreetNoise:
    """A loop of street noise, 20 ms at a time, mixed under whatever is said."""

    def __init__(self, level_dbfs: float) -> None:
        self._sound, self._at = street(level_dbfs), 0

    def around(self, frame: Pcm) -> Pcm:
        """The frame with the noise mixed in, as it comes through the line."""
        behind = self._sound[self._at : self._at + FRAME]
        self._at = (self._at + FRAME) % len(self._sound)
        both = frame.astype(np.int32) + behind
        return through_the_line(np.clip(both, -32768, 32767).astype(np.int16))
