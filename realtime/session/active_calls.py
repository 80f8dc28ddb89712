"""The calls this process holds, and how it gives them all up when it has to stop."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

import structlog

log = structlog.get_logger(__name__)

LAST_WORDS_S = 15.0  # for what was sent to be heard; then the sockets are closed, which moves the calls on as well


class ActiveCall(Protocol):
    """What a drain needs of a call."""

    def step_down(self, reason: str) -> None: ...


class ActiveCalls:
    """All calls held by this process."""

    def __init__(self) -> None:
        self._calls: set[ActiveCall] = set()
        self._none_left = asyncio.Event()
        self._none_left.set()

    @contextmanager
    def holding(self, call: ActiveCall) -> Iterator[None]:
        """Count the call as held here for as long as the block runs."""
        self._calls.add(call)
        self._none_left.clear()
        try:
            yield
        finally:
            self._calls.discard(call)
            if not self._calls:
                self._none_left.set()

    async def drain(self, seconds: float, *, last_words_s: float = LAST_WORDS_S) -> None:
        """Let the calls end by themselves for this long, then give those left to the next engine."""
        log.info("draining", held=len(self._calls), seconds=seconds)
        await self._wait_until_empty(seconds)
        for call in list(self._calls):
            call.step_down("deploy")
        await self._wait_until_empty(last_words_s)
        log.info("drained", left=len(self._calls))

    async def _wait_until_empty(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._none_left.wait()


active_calls = ActiveCalls()
