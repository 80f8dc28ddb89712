"""Speech synthesis inside the worker process: the ``hibari`` voice, shifted in pitch, at speech level."""

from functools import cache

import numpy as np
from hibari import Hibari

from sandbox.audio import SPEECH_HZ, Pcm, resample
from sandbox.speech.voices import Voice

LEVEL_DBFS = -20.0
PEAK = 0.95
EDGE_FRAMES = 3
_FRAME = SPEECH_HZ // 50


@cache
def _engine() -> Hibari:
    return Hibari()


def warm_up() -> None:
    """Load the model and its dictionaries (about 1.5 s, once per process)."""
    synthesize("Good morning, this is a short sentence.", Voice())


def synthesize(text: str, voice: Voice) -> Pcm:
    """Speak: 24 kHz mono at about -20 dBFS while speaking, never clipped.

    Text without a word is a short silence. The same text and voice always give the same samples.
    """
    # Frequencies are multiplied by playing faster or slower; the pace the model speaks at makes up for it.
    wave = _engine()(text, speed=voice.speed / voice.pitch, seed=0)
    if not wave.size:
        return np.zeros(SPEECH_HZ // 10, np.int16)
    pcm = (_trimmed(_levelled(wave)) * 32767).astype(np.int16)
    return resample(pcm, SPEECH_HZ * voice.pitch, SPEECH_HZ)


def _levelled(wave: np.ndarray) -> np.ndarray:
    loudness = _speaking_level(wave)
    if loudness <= 0:
        return wave
    gain = min(10 ** (LEVEL_DBFS / 20) / loudness, PEAK / float(np.max(np.abs(wave))))
    return wave * gain


def _frame_power(wave: np.ndarray) -> np.ndarray:
    frames = wave[: len(wave) // _FRAME * _FRAME].reshape(-1, _FRAME)
    power: np.ndarray = np.mean(np.square(frames), axis=1)
    return power


def _trimmed(wave: np.ndarray) -> np.ndarray:
    """Without the quarter second of near silence at both ends (40 dB below the loudest frame)."""
    power = _frame_power(wave)
    loud = np.flatnonzero(power > power.max(initial=0.0) / 10_000)
    if not loud.size:
        return wave
    return wave[max(0, (loud[0] - EDGE_FRAMES) * _FRAME) : (loud[-1] + 1 + EDGE_FRAMES) * _FRAME]


def _speaking_level(wave: np.ndarray) -> float:
    """RMS over the 20 ms frames within 30 dB of the loudest one, so that pauses do not count."""
    power = _frame_power(wave)
    if not power.size or power.max() <= 0:
        return 0.0
    return float(np.sqrt(power[power > power.max() / 1000].mean()))
