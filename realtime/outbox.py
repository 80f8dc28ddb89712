"""What waits to be sent to one peer: in order, by one writer, and never without a limit."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable


class Outbox:
    """Texts for a peer. One that stops reading is found ``clogged``; what is put in then is dropped."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: deque[str] = deque()
        self._characters = 0
        self._filled = asyncio.Event()

    @property
    def clogged(self) -> bool:
        """More than ``limit`` characters wait."""
        return self._characters > self._limit

    def put(self, *texts: str) -> None:
        """Send these after everything that waits."""
        if self.clogged:
            return
        self._waiting.extend(texts)
        self._characters += sum(map(len, texts))
        self._filled.set()

    def clear(self) -> None:
        """What has not been sent will not be."""
        self._waiting.clear()
        self._characters = 0

    async def empty_into(self, send: Callable[[str], Awaitable[None]]) -> None:
        """Send what waits and what comes, until cancelled or until ``send`` raises."""
        while True:
            await self._filled.wait()
            while self._waiting:
                text = self._waiting.popleft()
                self._characters -= len(text)
                await send(text)
            self._filled.clear()
