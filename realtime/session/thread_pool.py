"""Thread pool: database and other blocking work, off the event loop that carries the audio."""

import functools
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from channels.db import database_sync_to_async

from calls.database.outage import patience

THREADS = 16
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="call-session")


def in_thread[**P, R](function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """The function, run in a thread of this pool with its own database connection.

    It does not wait long for the database: the calls of a process share these threads.
    """

    @functools.wraps(function)
    def patiently(*args: P.args, **kwargs: P.kwargs) -> R:
        with patience():
            return function(*args, **kwargs)

    work: Callable[P, Awaitable[R]] = database_sync_to_async(patiently, thread_sensitive=False, executor=_pool)
    return work
