"""Event-loop lag: how late a 50 ms timer fires on the loop that carries the audio."""

import asyncio
from collections import deque
from time import monotonic

EVERY_SECONDS = 0.05
KEPT = 600  # half a minute
SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


class LoopLag:
    """The lag of one loop, measured by a callback every `EVERY_SECONDS`."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._late: deque[float] = deque(maxlen=KEPT)
        self._due = 0.0

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Measure this loop from now on; does nothing when it is measured already."""
        if loop is not self._loop:
            self._loop = loop
            self._late.clear()
            self._schedule(loop)

    def percentiles(self) -> dict[str, float | None]:
        """Lag in ms over the last half minute; None when nothing was measured. May be called from any thread."""
        late = sorted(self._late.copy())
        return {name: round(late[int(share * len(late))] * 1000, 2) if late else None for name, share in SHARES.items()}

    def _schedule(self, loop: asyncio.AbstractEventLoop) -> None:
        self._due = monotonic() + EVERY_SECONDS
        loop.call_later(EVERY_SECONDS, self._fire, loop)

    def _fire(self, loop: asyncio.AbstractEventLoop) -> None:
        if loop is self._loop:
            self._late.append(max(0.0, monotonic() - self._due))
            self._schedule(loop)


loop_lag = LoopLag()
