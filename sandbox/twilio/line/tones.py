"""Telephone tones: keys, ringing, fax, and the beep before a message."""

import numpy as np
from numpy.typing import NDArray

from sandbox.audio import TELEPHONE_HZ, Pcm
from sandbox.twilio.line.leg import through_the_line

_ROWS, _COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
_KEYPAD = "123A456B789C*0#D"
_WAITS = {"w": 0.5, "W": 1.0}
DIAL_KEYS = frozenset(_KEYPAD) | set(_WAITS)
_KEY_SECONDS, _KEY_GAP = 0.12, 0.08
_RING_SECONDS, _RING_PAUSE = 2.0, 4.0
_UK_RING_PAUSE = 2.0
_BEEP_SECONDS, _BEEP_HZ = 0.5, 1000
_FAX_SECONDS = 3.0
FAX_HZ = 2100


def ringback(country: str = "") -> tuple[Pcm, float]:
    """Ringback once, and the seconds of silence after it: as in North America, or its two short tones in the UK."""
    if country != "uk":
        return _tone(_RING_SECONDS, 440, 480, loudness=1500), _RING_PAUSE
    tone = _tone(0.4, 400, 450, loudness=1500)
    return np.concatenate([tone, np.zeros(int(0.2 * TELEPHONE_HZ), np.int16), tone]), _UK_RING_PAUSE


def beep() -> Pcm:
    """The beep before a message."""
    return _tone(_BEEP_SECONDS, _BEEP_HZ, loudness=6000)


def fax() -> Pcm:
    """How a fax machine answers: 2100 Hz for three seconds (ITU-T T.30, called station identification)."""
    return _tone(_FAX_SECONDS, FAX_HZ, loudness=6000)


def keys(digits: str) -> Pcm:
    """The tones of a keypad (ITU-T Q.23); ``w`` is half a second of silence, ``W`` a second."""
    return np.concatenate([_key(digit) for digit in digits])


def _key(digit: str) -> Pcm:
    if digit not in _KEYPAD:
        return np.zeros(int(_WAITS.get(digit, 0.5) * TELEPHONE_HZ), np.int16)
    row, column = divmod(_KEYPAD.index(digit), len(_COLUMNS))
    gap = np.zeros(int(_KEY_GAP * TELEPHONE_HZ), np.int16)
    return np.concatenate([_tone(_KEY_SECONDS, _ROWS[row], _COLUMNS[column], loudness=4000), gap])


def _tone(seconds: float, *frequencies: int, loudness: int) -> Pcm:
    moments: NDArray[np.float64] = np.arange(int(seconds * TELEPHONE_HZ)) / TELEPHONE_HZ
    waves = np.sin(2 * np.pi * np.outer(frequencies, moments)).sum(axis=0)
    return through_the_line((waves * loudness).astype(np.int16))
