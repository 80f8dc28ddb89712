"""The calls this process holds, and how it lets go of them all when it has to leave."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

import structlog

log = structlog.get_logger(__name__)

LAST_WORDS_S = 15.0  # for what has been sent to be heard; after it the sockets are closed, which moves the calls on too


class Held(Protocol):
    """A call as the switchboard knows it."""

    def step_down(self, reason: str) -> None: ...


class Switchboard:
    """Every call held by this process."""

    def __init__(self) -> None:
        self._held: set[Held] = set()
        self._empty = asyncio.Event()
        self._empty.set()

    @contextmanager
    def holding(self, call: Held) -> Iterator[None]:
        """The call is held here."""
        self._held.add(call)
        self._empty.clear()
        try:
            yield
        finally:
            self._held.discard(call)
            if not self._held:
                self._empty.set()

    async def drain(self, seconds: float) -> None:
        """Let the calls end by themselves for so long, then give those left to the next engine."""
        log.info("draining", held=len(self._held), seconds=seconds)
        await self._empties(seconds)
        for call in list(self._held):
            call.step_down("deploy")
        await self._empties(LAST_WORDS_S)
        log.info("drained", left=len(self._held))

    async def _empties(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._empty.wait()


switchboard = Switchboard()
