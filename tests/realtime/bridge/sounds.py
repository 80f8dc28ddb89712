"""Speech-like sound as µ-law: voiced syllables with pauses, made louder, softer, late, and mixed, as a line does."""

import base64
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

RATE = 8000
type Samples = npt.NDArray[np.float64]


def voice(seconds: float, *, pitch: float = 120.0, rms: float = 3000.0, seed: int = 1) -> Samples:
    """So much of a voice: harmonics under a syllable's rise and fall four times a second, with short pauses."""
    t = np.arange(int(seconds * RATE)) / RATE
    tone: Any = sum(np.sin(2 * np.pi * pitch * n * t) / n for n in range(1, 20))
    swell = np.clip(np.sin(2 * np.pi * 4 * t + seed), 0.0, 1.0) ** 2
    noise = np.random.default_rng(seed).normal(0, 0.05, t.size)
    sound = (tone + noise) * swell
    spoken: Samples = sound * rms / np.sqrt(np.mean(sound**2))
    return spoken


def softer(sound: Samples, db: float) -> Samples:
    """The same, so many dB below."""
    quieter: Samples = sound * 10 ** (-db / 20)
    return quieter


def later(sound: Samples, seconds: float) -> Samples:
    """The same, that much later, and as long as before."""
    delay = int(seconds * RATE)
    return np.concatenate([np.zeros(delay), sound])[: sound.size]


def mulaw(sound: Samples) -> bytes:
    """G.711 µ-law."""
    pcm = np.clip(np.round(sound), -32635, 32635).astype(np.int32)
    magnitude = np.abs(pcm) + 132
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    sign = np.where(pcm < 0, 0x80, 0)
    return bytes((~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8))


def pieces(sound: Samples, ms: int = 20) -> Iterator[str]:
    """The sound as it travels, in base64 pieces."""
    raw = mulaw(sound)
    for i in range(0, len(raw), ms * 8):
        yield base64.b64encode(raw[i : i + ms * 8]).decode()
