"""Starts recognition at each pause, so that the words are ready when the pause turns out to end the turn."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any

from sandbox.speech.results import Recognition

# Shorter pauses are within words. Longer than the tail, so that the sound stays the same when the pause ends the turn.
PAUSE_MS, TAIL_MS = 300, 200

type Recognize = Callable[[], Coroutine[Any, Any, Recognition]]
type Spawn = Callable[[Coroutine[Any, Any, Recognition]], asyncio.Task[Recognition]]


class EarlyRecognition:
    """The recognition of the current utterance, started anew at each of its pauses; ``extent`` tells them apart."""

    def __init__(self, spawn: Spawn = asyncio.create_task) -> None:
        self._spawn = spawn
        self._extent: Hashable = None
        self._recognition: asyncio.Task[Recognition] | None = None

    def of(self, extent: Hashable, recognize: Recognize) -> asyncio.Task[Recognition]:
        """The recognition of that extent, started if it has not been; the one of an earlier extent is canceled."""
        if self._recognition is None or self._extent != extent:
            self.forget()
            self._extent, self._recognition = extent, self._spawn(recognize())
        return self._recognition

    def take(self, extent: Hashable, recognize: Recognize) -> asyncio.Task[Recognition]:
        """The same for the last time: later speech does not cancel it."""
        taken, self._recognition = self.of(extent, recognize), None
        return taken

    def forget(self) -> None:
        """Cancels a recognition nobody needs any more."""
        if self._recognition:
            self._recognition.cancel()
            self._recognition = None
