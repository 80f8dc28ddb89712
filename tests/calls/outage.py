"""A database that is away, as tests make it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest
from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper

from calls.database import outage, writes


def no_database(*_: Any, **__: Any) -> NoReturn:
    """What a database that went away says to every query."""
    raise OperationalError("connection refused")


@contextmanager
def database_away() -> Iterator[None]:
    """In this thread every query fails; afterwards nothing remembers it."""
    try:
        with connection.execute_wrapper(no_database):
            yield
    finally:
        outage.outage.over()


@contextmanager
def database_away_for_all() -> Iterator[None]:
    """The same for every thread of this process."""
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(CursorWrapper, "execute", no_database)
            yield
    finally:
        outage.outage.over()


@contextmanager
def nothing_taken_in_by_itself() -> Iterator[None]:
    """What waits for the database waits for the test, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writes._Remembered, "repeat", lambda self: None)
        yield
    writes.remembered.entries.clear()
    writes.remembered.lost.clear()
