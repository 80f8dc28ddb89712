"""Graceful shutdown (ASGI lifespan): on SIGTERM the calls held here are given up first, then the server stops.

A server that is told to stop closes every socket at once, a call's as well. Its handler is in place before the
application starts, so ours replaces it and calls it when the calls are gone. A second SIGTERM stops at once.
"""

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Any

from django.conf import settings

from calls.operations.draining import begin_draining
from realestate.settled_memory import settle
from realtime.session.active_calls import active_calls

type Message = dict[str, Any]

_draining: set[asyncio.Task[None]] = set()


async def lifespan(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Start and stop with the server."""
    while (await receive())["type"] == "lifespan.startup":
        if threading.current_thread() is threading.main_thread():  # only it receives signals
            drain_before_stopping()
        settle(asyncio.get_running_loop())
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})


def drain_before_stopping() -> None:
    """Install our SIGTERM handler in place of the server's own, which it calls in the end."""
    stop = signal.getsignal(signal.SIGTERM)
    loop = asyncio.get_running_loop()

    def leave(number: int, frame: FrameType | None) -> None:
        if begin_draining():
            loop.call_soon_threadsafe(_begin, stop)
        elif callable(stop):
            stop(number, frame)

    signal.signal(signal.SIGTERM, leave)


def _begin(stop: Any) -> None:
    task = asyncio.get_running_loop().create_task(_drain(stop))
    _draining.add(task)  # the loop itself keeps no task alive


async def _drain(stop: Any) -> None:
    try:
        await active_calls.drain(settings.DRAIN_SECONDS)
    finally:
        if callable(stop):
            stop(signal.SIGTERM, None)
