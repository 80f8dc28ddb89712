"""Periodic work: run a function again and again until the process is asked to stop."""

import signal
import threading
from collections.abc import Callable
from types import FrameType

import structlog
from django.db import Error, close_old_connections

from calls.database.outage import IN_A_PROCESS, answer_within

log = structlog.get_logger(__name__)


def repeat(work: Callable[[], object], *, every: float) -> None:
    """Call `work`, pause `every` seconds, repeat; SIGTERM or SIGINT ends it after the current round.

    When the database fails, the next round tries again on a new connection.
    """
    answer_within(IN_A_PROCESS)
    stop = threading.Event()

    def asked_to_stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked_to_stop)
    while not stop.is_set():
        close_old_connections()
        try:
            work()
        except Error as error:
            log.warning("round failed, going on", work=getattr(work, "__name__", ""), error=type(error).__name__)
        stop.wait(every)
