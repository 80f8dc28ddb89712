"""Health of this process: which parts answer, how many lines are taken, how late the event loop is.

The report holds no secrets and no names, so that a load balancer may read it without a login.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import DatabaseError, connections

from calls.models import Call
from calls.operations.draining import is_draining
from calls.operations.loop_lag import loop_lag
from calls.providers import openai, polly
from calls.providers.twilio import telephony

log = structlog.get_logger(__name__)

PROBE_SECONDS = 3.0
VENDORS_ASKED_EVERY = 10.0  # seconds: a probe every second must not cause requests to three vendors every second


def health_report() -> dict[str, Any]:
    """The state of every part; `status` is ok, down (a part does not answer) or draining (no new calls here)."""
    parts = {"database": database_is_up(), "channel_layer": channel_layer_is_up(), **_vendors.parts()}
    return {
        "status": "draining" if is_draining() else "ok" if all(parts.values()) else "down",
        "parts": {name: "up" if is_up else "down" for name, is_up in parts.items()},
        "down": [name for name, is_up in parts.items() if not is_up],
        "calls": {"active": _active() if parts["database"] else None, "capacity": settings.MAX_LIVE_CALLS},
        "loop_lag_ms": loop_lag.percentiles(),
    }


def database_is_up() -> bool:
    """Whether the database answers."""
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


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
