"""Tell an outage of the database from every other error, and how long somebody on a live line waits for an answer.

A database may refuse, or take a connection and never answer. Each thread has its own patience; a statement that takes
longer ends as an outage. For a moment after one, nobody else of this process waits for the same: else every thread of a
pool would hang on the database in turn, and those who need no database would wait for a thread.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from django.db import DatabaseError, InterfaceError, OperationalError

ON_A_LIVE_LINE = 1.5  # seconds for a statement while somebody listens to silence
IN_A_PROCESS = 10.0  # for a statement in a process that serves calls, whoever waits for it
FRESH_SECONDS = 0.5  # after an outage was noticed nobody asks again for so long
READ_ONLY = "25006"  # a PostgreSQL that is being replaced: a standby, or one that has become one

_thread = threading.local()
_process: float | None = None


def is_outage(error: BaseException) -> bool:
    """Whether the error means that the database is away, and not that it refused what was asked."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return isinstance(error, DatabaseError) and getattr(error.__cause__, "sqlstate", None) == READ_ONLY


def answer_within(seconds: float | None) -> None:
    """Let no statement of this process take longer; None: as long as it wants, as in a migration."""
    global _process
    _process = seconds


@contextmanager
def patience(seconds: float = ON_A_LIVE_LINE) -> Iterator[None]:
    """In this thread, let no statement of the block take longer."""
    before = getattr(_thread, "seconds", None)
    _thread.seconds = seconds if before is None else min(before, seconds)
    try:
        yield
    finally:
        _thread.seconds = before


def seconds_to_wait() -> float | None:
    """How long a statement of this thread may take; None: as long as it wants."""
    own: float | None = getattr(_thread, "seconds", None)
    return _process if own is None else own


class Outage:
    """When this process last noticed that the database did not answer."""

    def __init__(self) -> None:
        self._noticed: float | None = None

    def notice(self) -> None:
        """The database did not answer."""
        self._noticed = monotonic()

    def over(self) -> None:
        """The database has answered."""
        self._noticed = None

    @property
    def is_fresh(self) -> bool:
        """Whether it was noticed so lately that asking again would only make one more thread wait."""
        return self._noticed is not None and monotonic() - self._noticed < FRESH_SECONDS


outage = Outage()  # this process's
