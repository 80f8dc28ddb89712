"""The product as it is, and one more address that tells how late its event loop has been since it was last asked."""

import asyncio
import json
from time import monotonic
from typing import Any

from realestate.asgi import application as product

LATE = "/late"
TICK_SECONDS = 0.01


class Loop:
    """How late a timer of 10 ms has been, in ms."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self._due = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None

    def watch(self) -> None:
        """Measure the running loop from now on."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._schedule()

    def _schedule(self) -> None:
        assert self._loop
        self._due = monotonic() + TICK_SECONDS
        self._loop.call_later(TICK_SECONDS, self._fire)

    def _fire(self) -> None:
        self.late.append(max(0.0, monotonic() - self._due) * 1000)
        self._schedule()


loop = Loop()


async def application(scope: Any, receive: Any, send: Any) -> None:
    """ASGI: everything goes to the product but the question after its loop."""
    if scope["type"] == "http" and scope["path"] == LATE:
        loop.watch()
        body, loop.late = json.dumps(loop.late).encode(), []
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": body})
        return
    await product(scope, receive, send)
