"""Send queue: what goes to one peer, in order; passed straight on while its socket takes it, never without a limit."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable


class SendQueue:
    """Texts for a peer. A peer that stops reading makes it `clogged`; what is put in then is dropped."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: deque[str] = deque()
        self._characters = 0
        self._filled = asyncio.Event()
        self._send: Callable[[str], None] | None = None
        self._paused = False

    @property
    def clogged(self) -> bool:
        """Whether more than `limit` characters wait."""
        return self._characters > self._limit

    def put(self, *texts: str) -> None:
        """Send these after everything that waits."""
        if self._send is not None and not self._waiting and not self._paused:
            for text in texts:
                self._send(text)
        elif not self.clogged:
            self._waiting.extend(texts)
            self._characters += sum(map(len, texts))
            self._filled.set()
            self._flush()

    def clear(self) -> None:
        """Drop what has not been sent."""
        self._waiting.clear()
        self._characters = 0

    # --- a socket that takes a text at once, and reports when it is full --------------------------------------------

    def attach(self, send: Callable[[str], None]) -> None:
        """Send what waits and what comes with `send`, which never waits."""
        self._send, self._paused = send, False
        self._flush()

    def pause(self) -> None:
        """The socket is full: keep what comes."""
        self._paused = True

    def resume(self) -> None:
        """The socket takes more."""
        self._paused = False
        self._flush()

    def detach(self) -> None:
        """The socket is gone; what waits goes to the next one."""
        self._send = None

    def _flush(self) -> None:
        while self._waiting and self._send is not None and not self._paused:
            text = self._waiting.popleft()
            self._characters -= len(text)
            self._send(text)

    # --- a socket that has to be waited for -------------------------------------------------------------------------

    async def drain_into(self, send: Callable[[str], Awaitable[None]]) -> None:
        """Send what waits and what comes, until canceled or until `send` raises."""
        while True:
            await self._filled.wait()
            while self._waiting:
                text = self._waiting.popleft()
                self._characters -= len(text)
                await send(text)
            self._filled.clear()
