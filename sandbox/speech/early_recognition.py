"""Starts recognition at each pause, so that the words are ready when the pause turns out to end the turn."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any

from sandbox.speech.results import Recognition

# Shorter ones are within words. Longer than the tail, so that the sound is the same once the pause has ended the turn.
PAUSE_MS, TAIL_MS = 300, 200

type Recognize = Callable[[], Coroutine[Any, Any, Recognition]]
type Spawn = Callable[[Coroutine[Any, Any, Recognition]], asyncio.Task[Recognition]]


class EarlyRecognition:
    """The recognition of the utterance under way, begun anew at each of its pauses; ``extent`` tells them apart."""

    def __init__(self, spawn: Spawn = asyncio.create_task) -> None:
        self._spawn = spawn
        self._extent: Hashable = None
        self._recognition: asyncio.Task[Recognition] | None = None

    def of(self, extent: Hashable, recognize: Recognize) -> asyncio.Task[Recognition]:
        """The recognition of that extent, begun when it has not been; that of an earlier extent ends."""
        if self._recognition is None or self._extent != extent:
            self.forget()
            self._extent, self._recognition = extent, self._spawn(recognize())
        return self._recognition

    def take(self, extent: Hashable, recognize: Recognize) -> asyncio.Task[Recognition]:
        """The same for the last time: what follows does not end it."""
        taken, self._recognition = self.of(extent, recognize), None
        return taken

    def forget(self) -> None:
        """End a recognition nobody waits for any more."""
        if self._recognition:
            self._recognition.cancel()
            self._recognition = None
