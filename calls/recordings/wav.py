"""Decode WAV files to arrays of samples and encode them again. Pure."""

import io
import wave
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FULL_SCALE = 32768.0


@dataclass(frozen=True, slots=True)
class Sound:
    """Decoded PCM: `samples` has one row per frame and one column per channel, int16."""

    samples: NDArray[np.int16]
    rate: int

    @property
    def seconds(self) -> float:
        """The length in seconds."""
        return len(self.samples) / self.rate

    def rms(self) -> list[float]:
        """Return the loudness (RMS) of each channel, 0 to 1 of full scale."""
        if not len(self.samples):
            return [0.0] * self.samples.shape[1]
        levels = np.sqrt(np.mean(np.square(self.samples.astype(np.float64) / FULL_SCALE), axis=0))
        return [round(float(level), 6) for level in levels]


class UnreadableRecording(Exception):
    """The bytes are not a 16-bit PCM WAV."""


def decode(data: bytes) -> Sound:
    """Decode a 16-bit PCM WAV to samples. Raises UnreadableRecording."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            if file.getsampwidth() != 2 or not file.getframerate():
                raise UnreadableRecording(f"{8 * file.getsampwidth()} bits")
            frames = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
            whole = len(frames) - len(frames) % file.getnchannels()
            return Sound(frames[:whole].reshape(-1, file.getnchannels()).astype(np.int16), file.getframerate())
    except (wave.Error, EOFError) as error:
        raise UnreadableRecording(str(error)) from error


def encode(sound: Sound) -> bytes:
    """Encode samples as a 16-bit PCM WAV."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(sound.samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes(np.ascontiguousarray(sound.samples, dtype="<i2").tobytes())
    return out.getvalue()


def swap_channels(sound: Sound) -> Sound:
    """Return the sound with its two channels swapped."""
    return Sound(np.ascontiguousarray(sound.samples[:, ::-1]), sound.rate)
