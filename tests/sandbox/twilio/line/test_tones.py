"""The tones of a telephone."""

import numpy as np
import pytest

from sandbox.twilio.line.tones import beep, fax, keys, ringback


def loudest_hz(sound, count):
    power = np.abs(np.fft.rfft(sound.astype(float)))
    peaks = np.argsort(power)[::-1] * 8000 / len(sound)
    found = list[float]()
    for hz in peaks:
        if all(abs(hz - other) > 20 for other in found):
            found.append(float(hz))
        if len(found) == count:
            return sorted(found)
    return found


@pytest.mark.parametrize(
    ("key", "low", "high"), [("1", 697, 1209), ("9", 852, 1477), ("#", 941, 1477), ("0", 941, 1336)]
)
def test_a_key_sounds_in_its_two_frequencies(key, low, high):
    assert loudest_hz(keys(key)[:960], 2) == pytest.approx([low, high], abs=10)


def test_a_pause_between_keys_is_silence():
    assert not keys("w").any()
    assert len(keys("W")) == 2 * len(keys("w"))


def test_a_beep_a_fax_and_the_ringing_last_as_long_as_on_the_telephone():
    assert [len(sound) / 8000 for sound in (beep(), fax(), ringback()[0])] == [0.5, 3.0, 2.0]
    sound, pause = ringback("uk")
    assert (len(sound) / 8000, pause, ringback()[1]) == (1.0, 2.0, 4.0)
    assert loudest_hz(fax(), 1) == pytest.approx([2100], abs=2)
