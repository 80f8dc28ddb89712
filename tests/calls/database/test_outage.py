"""What counts as an outage, and how long a thread waits."""

import threading

import psycopg
import pytest
from django.db import DataError, IntegrityError, InterfaceError, InternalError, OperationalError

from calls.database import outage
from calls.database.outage import Outage, is_outage, patience, seconds_to_wait


@pytest.mark.parametrize("error", [OperationalError("server closed the connection"), InterfaceError("closed")])
def test_a_database_that_cannot_be_asked_is_away(error: Exception) -> None:
    assert is_outage(error)


@pytest.mark.parametrize("error", [IntegrityError("twice"), DataError("too long"), ValueError("no")])
def test_a_database_that_refuses_is_there(error: Exception) -> None:
    assert not is_outage(error)


def test_a_standby_takes_no_writes_and_is_away() -> None:
    error = InternalError("cannot execute INSERT in a read-only transaction")
    assert not is_outage(error)
    error.__cause__ = psycopg.errors.ReadOnlySqlTransaction("read-only")
    assert is_outage(error)


def test_a_thread_waits_as_long_as_its_innermost_block_says_and_never_longer_than_the_outer_one() -> None:
    assert seconds_to_wait() is None
    with patience(2.0):
        with patience(1.0):
            assert seconds_to_wait() == 1.0
        with patience(9.0):
            assert seconds_to_wait() == 2.0
        other: list[float | None] = []
        thread = threading.Thread(target=lambda: other.append(seconds_to_wait()))
        thread.start()
        thread.join()
        assert other == [None]
    assert seconds_to_wait() is None


def test_a_process_may_have_a_limit_for_all_its_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "_process", None)
    outage.answer_within(7.0)
    assert seconds_to_wait() == 7.0
    with patience(1.0):
        assert seconds_to_wait() == 1.0


def test_for_a_moment_after_an_outage_nobody_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Outage()
    assert not seen.is_fresh
    seen.notice()
    assert seen.is_fresh
    monkeypatch.setattr(outage, "FRESH_SECONDS", 0.0)
    assert not seen.is_fresh
    monkeypatch.undo()
    assert seen.is_fresh
    seen.over()
    assert not seen.is_fresh
