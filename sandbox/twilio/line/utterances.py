"""Detects utterances in one direction of a line: where each begins and ends, and its sound."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sandbox.audio import TELEPHONE_HZ, Pcm
from sandbox.speech import Endpointer, SpeechStarted
from sandbox.speech.early_recognition import PAUSE_MS, TAIL_MS

_PER_MS = TELEPHONE_HZ // 1000
_KEPT_MS = 1000
LONGEST_UTTERANCE_MS = 60_000


@dataclass(frozen=True)
class Utterance:
    """Something said; times in milliseconds since the detector was attached."""

    pcm: Pcm
    start_ms: int
    end_ms: int


class UtteranceDetector:
    """A tap on a line that finds utterances: ``await detector.utterances.get()``."""

    def __init__(
        self, *, silence_ms: int, on_start: Callable[[], None] | None = None, longest_ms: int = LONGEST_UTTERANCE_MS
    ) -> None:
        self.utterances: asyncio.Queue[Utterance] = asyncio.Queue()
        self._endpointer = Endpointer(silence_ms=max(100, silence_ms))
        self._on_start, self._longest_ms = on_start, longest_ms
        self._frames: list[Pcm] = []
        self._first_ms = 0
        self.now_ms = 0
        self._start_ms: int | None = None
        self.last_sound_ms = 0

    @property
    def speaking(self) -> bool:
        return self._start_ms is not None

    @property
    def speaking_ms(self) -> int:
        """How long the current utterance has lasted."""
        return 0 if self._start_ms is None else self.now_ms - self._start_ms

    @property
    def speech_began_ms(self) -> int:
        """When the current utterance began; now, when there is none."""
        return self.now_ms if self._start_ms is None else self._start_ms

    def __call__(self, frame: Pcm) -> None:
        self._frames.append(frame)
        self.now_ms += len(frame) // _PER_MS
        for event in self._endpointer.feed(frame):
            if isinstance(event, SpeechStarted):
                self._begin(event.at_ms)
            else:
                self._end(event.speech_end_ms)
        if self.speaking:
            self.last_sound_ms = self.now_ms
        if self.speaking_ms > self._longest_ms:
            self._end(self.now_ms)
        elif not self.speaking:
            self._forget()

    def so_far(self) -> Pcm:
        """The sound of the current utterance."""
        return self._cut(self._start_ms or 0, self.now_ms)

    def at_pause(self) -> Utterance | None:
        """The utterance as it will be if the current pause ends it; None while there is voice."""
        end = self._endpointer.speech_end_ms
        if self._start_ms is None or self.now_ms - end < PAUSE_MS:
            return None
        return self._utterance(self._start_ms, end)

    def _begin(self, at_ms: int) -> None:
        self._start_ms = at_ms
        if self._on_start:
            self._on_start()

    def _end(self, end_ms: int) -> None:
        if self._start_ms is None:
            return
        start, self._start_ms = self._start_ms, None
        self.utterances.put_nowait(self._utterance(start, end_ms))

    def _utterance(self, start_ms: int, end_ms: int) -> Utterance:
        return Utterance(self._cut(start_ms, end_ms + TAIL_MS), start_ms, end_ms)

    def _cut(self, from_ms: int, to_ms: int) -> Pcm:
        sound = np.concatenate(self._frames) if self._frames else np.zeros(0, np.int16)
        return sound[max(0, from_ms - self._first_ms) * _PER_MS : max(0, to_ms - self._first_ms) * _PER_MS]

    def _forget(self) -> None:
        while self._frames and self.now_ms - self._first_ms > _KEPT_MS + len(self._frames[0]) // _PER_MS:
            self._first_ms += len(self._frames.pop(0)) // _PER_MS
