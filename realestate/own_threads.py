"""Django's ASGI handler, which closes a request's database connections with the thread the request ran in.

Each request gets a thread of its own, and a connection belongs to its thread. Kept open it would serve nobody any more,
and wait with its descriptors (three of an SQLite file) for the garbage collector. Nor are more requests worked on at
once than there are descriptors for.
"""

import asyncio
import resource
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import connections

PER_REQUEST = 4  # its socket, and an SQLite file with its log and index
FOR_THE_REST = 96  # what the process itself holds, and the calls' own threads


def requests_at_once(limit: int) -> int:
    """How many requests a process may work on that may have so many files open."""
    return max(4, (limit - FOR_THE_REST) // PER_REQUEST)


class OwnThreads(ASGIHandler):
    """The handler of all HTTP requests."""

    def __init__(self) -> None:
        super().__init__()
        self._places: asyncio.Semaphore | None = None

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        """One request, in a thread of its own whose connections are closed at the end."""
        if self._places is None:  # in the loop that serves
            soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
            self._places = asyncio.Semaphore(requests_at_once(soft if soft > 0 else 1 << 20))
        async with self._places:
            try:
                await super().handle(scope, receive, send)
            finally:
                await asyncio.shield(sync_to_async(connections.close_all, thread_sensitive=True)())
