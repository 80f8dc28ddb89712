"""Signs of life: the worker and the dialer say every few seconds that they run, and the health page looks.

A thread says so, so that a recording that takes minutes is no silence. How old the queue is tells whether work is done.
"""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.db import connection
from django.utils.timezone import now

from calls.models import ProcessBeat

log = structlog.get_logger(__name__)

EVERY_SECONDS = 5.0
SILENT_AFTER = timedelta(seconds=30)
FORGOTTEN_AFTER = timedelta(days=1)
ROLES = ("worker", "dialer")


@contextmanager
def beating(role: str, *, every: float = EVERY_SECONDS) -> Iterator[None]:
    """Give signs of life in that role for as long as the block runs."""
    over = threading.Event()
    thread = threading.Thread(target=_beat_until, args=(role, over, every), name=f"beat-{role}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(every)


def beat(role: str) -> None:
    """One sign of life; processes not heard of for a day are forgotten."""
    moment = now()
    name = f"{role}:{socket.gethostname()}:{os.getpid()}"[:120]
    ProcessBeat.objects.update_or_create(name=name, defaults={"role": role, "at": moment})
    ProcessBeat.objects.filter(role=role, at__lt=moment - FORGOTTEN_AFTER).delete()


def is_alive(role: str) -> bool:
    """Whether some process of that role was heard of lately."""
    return ProcessBeat.objects.filter(role=role, at__gte=now() - SILENT_AFTER).exists()


def _beat_until(role: str, over: threading.Event, every: float) -> None:
    while True:
        try:
            beat(role)
        except Exception as error:  # the database is away, or not migrated yet: the next one may be heard
            log.warning("no sign of life given", role=role, error=type(error).__name__)
        finally:
            connection.close()
        if over.wait(every):
            return
