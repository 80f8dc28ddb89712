"""Health of this process: which parts answer, how many lines are taken, how late the event loop is.

The report holds no secrets and no names, so that a load balancer may read it without a login.
"""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import Error, close_old_connections, connections
from django.utils.timezone import now
from django_tasks_db.models import DBTaskResult

from calls.database.journal import waiting
from calls.database.outage import patience
from calls.models import Call
from calls.operations.beats import ROLES, is_alive
from calls.operations.draining import is_draining
from calls.operations.loop_lag import loop_lag
from calls.providers import openai, polly
from calls.providers.twilio import telephony

log = structlog.get_logger(__name__)

PROBE_SECONDS = 3.0
VENDORS_ASKED_EVERY = 10.0  # seconds: a probe every second must not cause requests to three vendors every second
SPARE_BYTES = 200_000_000  # of disk: recordings, logs, and what waits for the database
SPARE_SHARE = 0.05  # of a small disk
MOST_QUEUED = timedelta(minutes=5)  # a task waits for a worker no longer
WORDS = {True: "up", False: "down", None: "unknown"}


def health_report() -> dict[str, Any]:
    """The state of every part; `status` is ok, down (a part does not answer) or draining (no new calls here).

    What only the database knows is unknown while that is down.
    """
    parts: dict[str, bool | None] = {"database": database_is_up(), "channel_layer": channel_layer_is_up()}
    rows = _told_by_rows() if parts["database"] else {}
    parts |= _vendors.parts() | {name: rows.get(name) for name in (*ROLES, "queue")} | {"disk": disk_has_room()}
    down = [name for name, is_up in parts.items() if is_up is False]
    return {
        "status": "draining" if is_draining() else "down" if down else "ok",
        "parts": {name: WORDS[is_up] for name, is_up in parts.items()},
        "down": down,
        "calls": {"active": rows.get("active"), "capacity": settings.MAX_LIVE_CALLS},
        "queue": {"waiting": rows.get("waiting"), "oldest_seconds": rows.get("oldest_seconds")},
        "disk": {"free_mb": _free_bytes() // 1_000_000},
        "unwritten": len(waiting()),
        "loop_lag_ms": loop_lag.percentiles(),
    }


def database_is_up() -> bool:
    """Whether the database answers, in time."""
    try:
        with patience(PROBE_SECONDS), connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        close_old_connections()
        return False
    return True


def disk_has_room() -> bool:
    """Whether there is room for recordings and for what waits for the database, and a file can be written."""
    place = Path(settings.VAR_DIR)
    try:
        place.mkdir(parents=True, exist_ok=True)
        if _free_bytes() < min(SPARE_BYTES, SPARE_SHARE * shutil.disk_usage(place).total):
            return False
        with tempfile.TemporaryFile(dir=place) as probe:
            probe.write(b"\0" * 4096)
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        log.warning("the disk takes nothing", error=type(error).__name__)
        return False
    return True


def _free_bytes() -> int:
    try:
        return shutil.disk_usage(settings.VAR_DIR).free
    except OSError:
        return 0


def _told_by_rows() -> dict[str, Any]:
    """What rows say of the other processes; empty when the database goes away meanwhile."""
    try:
        with patience(PROBE_SECONDS):
            queued = DBTaskResult.objects.ready().order_by("enqueued_at").values_list("enqueued_at", flat=True)
            oldest = queued.first()
            age = now() - oldest if oldest else timedelta(0)
            return {
                **{role: is_alive(role) for role in ROLES},
                "queue": age < MOST_QUEUED,
                "waiting": queued.count(),
                "oldest_seconds": round(age.total_seconds()),
                "active": _active(),
            }
    except Error:
        close_old_connections()
        return {}


def channel_layer_is_up() -> bool:
    """Whether a message sent through the channel layer arrives."""
    try:
        return async_to_sync(_there_and_back)()
    except Exception as error:  # each layer has errors of its own; for health they are one
        log.warning("channel layer is down", error=type(error).__name__)
        return False


async def _there_and_back() -> bool:
    layer = get_channel_layer()
    if layer is None:
        return False
    async with asyncio.timeout(PROBE_SECONDS):
        channel = await layer.new_channel()
        await layer.send(channel, {"type": "health.probe"})
        return bool((await layer.receive(channel))["type"] == "health.probe")


class _Vendors:
    """Whether each vendor is up; all are asked at once, at most every `VENDORS_ASKED_EVERY` seconds."""

    def __init__(self, probes: dict[str, Callable[[], bool]]) -> None:
        self._probes = probes
        self._known: dict[str, bool] = {}
        self._asked_at: float | None = None
        self._of: tuple[str, ...] = ()

    def parts(self) -> dict[str, bool]:
        """Whether each vendor is up, by its part's name."""
        of = (settings.TWILIO_API_BASE_URL, settings.OPENAI_BASE_URL, settings.AWS_ENDPOINT_URL_POLLY)
        fresh = self._asked_at is not None and time.monotonic() - self._asked_at < VENDORS_ASKED_EVERY
        if not fresh or of != self._of:
            self._known, self._asked_at, self._of = self._ask(), time.monotonic(), of
        return self._known

    def _ask(self) -> dict[str, bool]:
        pool = ThreadPoolExecutor(max_workers=len(self._probes))
        try:
            asked = {name: pool.submit(probe) for name, probe in self._probes.items()}
            deadline = time.monotonic() + PROBE_SECONDS
            return {name: _answer(future, deadline) for name, future in asked.items()}
        finally:
            pool.shutdown(wait=False)


def _answer(future: Future[bool], deadline: float) -> bool:
    try:
        return future.result(timeout=max(0.0, deadline - time.monotonic()))
    except Exception as error:  # too late or broken: either way not up
        log.warning("vendor probe failed", error=type(error).__name__)
        return False


def _active() -> int:
    return Call.objects.live().count()


_vendors = _Vendors(
    {"telephony": lambda: telephony().is_up(), "model": openai.is_up, "speech": polly.is_up},
)
