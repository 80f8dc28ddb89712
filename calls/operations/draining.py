"""Draining: a process that is about to stop places no new calls, while the calls it holds go on for a while."""

from threading import Event

_leaving = Event()


def begin_draining() -> bool:
    """Place no new calls in this process from now on; False when it was draining already. It cannot be undone."""
    first = not _leaving.is_set()
    _leaving.set()
    return first


def is_draining() -> bool:
    """Whether this process places no new calls because it is about to stop."""
    return _leaving.is_set()
