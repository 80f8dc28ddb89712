"""WAV files as samples, and back."""

import io
import wave

import numpy as np
import pytest

from calls.recordings.wav import Sound, UnreadableRecording, decode, encode, swap_channels

RATE = 8000


@pytest.mark.parametrize("data", [b"", b"RIFF", b"<html>Not found</html>", b"RIFF\x00\x00\x00\x00WAVEfmt "])
def test_what_is_no_wav_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableRecording):
        decode(data)


def test_eight_bits_are_unreadable() -> None:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(RATE)
        file.writeframes(b"\x00" * 100)
    with pytest.raises(UnreadableRecording):
        decode(out.getvalue())


def test_an_empty_recording_is_silent() -> None:
    sound = decode(encode(Sound(np.empty((0, 2), dtype=np.int16), RATE)))
    assert (sound.seconds, sound.rms()) == (0, [0.0, 0.0])


def test_samples_come_back_as_they_were_encoded() -> None:
    samples = np.array([[1, -1], [32767, -32768], [0, 5]], np.int16)
    sound = decode(encode(Sound(samples, RATE)))
    assert (sound.rate, sound.samples.tolist()) == (RATE, samples.tolist())


def test_swapped_channels_keep_their_order_in_time() -> None:
    swapped = swap_channels(Sound(np.array([[1, 2], [3, 4]], np.int16), RATE))
    assert swapped.samples.tolist() == [[2, 1], [4, 3]]


def test_loudness_is_told_per_channel() -> None:
    loud_and_silent = Sound(np.array([[16384, 0]] * 100, np.int16), RATE)
    assert loud_and_silent.rms() == [0.5, 0.0]
