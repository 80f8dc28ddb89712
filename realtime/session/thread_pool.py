"""Thread pool: database and other blocking work, off the event loop that carries the audio."""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from channels.db import database_sync_to_async

THREADS = 16
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="call-session")


def in_thread[**P, R](function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """The function, run in a thread of this pool with its own database connection."""
    work: Callable[P, Awaitable[R]] = database_sync_to_async(function, thread_sensitive=False, executor=_pool)
    return work
