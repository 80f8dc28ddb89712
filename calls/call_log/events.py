"""The append-only log of a call, and the notice it sends to the live pages that show it."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import IntegrityError, transaction

from calls.database.writes import durable
from calls.models import Call, CallEvent, EventKind

log = structlog.get_logger(__name__)

NOTICE_SECONDS = 1.0  # for the channel layer: whoever wrote the row does not wait longer for a Redis that is away


def watch_group(call_id: uuid.UUID | str) -> str:
    """The channel-layer group of the live pages that show that call."""
    return f"call.{call_id}"


def log_event(call_id: uuid.UUID | str, kind: EventKind, *, dedupe_key: str | None = None, **data: Any) -> bool:
    """Append an event and notify the live pages; False when `dedupe_key` is there already (a repeated message)."""
    try:
        with transaction.atomic():
            CallEvent.objects.create(call_id=call_id, kind=kind, data=data, dedupe_key=dedupe_key)
    except IntegrityError:
        if dedupe_key is None or not Call.objects.filter(pk=call_id).exists():
            raise
        return False
    notify_watchers(call_id)
    return True


@durable("event")
def keep_event(call_id: uuid.UUID | str, *, kind: str, key: str, data: dict[str, Any]) -> None:
    """Append an event once for each key, also while the database is away."""
    log_event(call_id, EventKind(kind), dedupe_key=key, **data)


def notify_watchers(call_id: uuid.UUID | str) -> None:
    """Tell the live pages, after commit, that rows of this call changed. A notice may be lost: the pages also poll."""
    transaction.on_commit(_waker(call_id))


def notify_watchers_on(loop: asyncio.AbstractEventLoop) -> None:
    """Send notices from that loop, which the live pages of this process run on.

    An in-memory layer wakes its receivers directly; from another thread or loop that may crash or be missed.
    """
    global _pages_loop
    _pages_loop = loop


_pages_loop: asyncio.AbstractEventLoop | None = None


def _waker(call_id: uuid.UUID | str) -> Callable[[], None]:
    def send() -> None:
        loop = _pages_loop
        if loop is not None and loop.is_running():
            asyncio.run_coroutine_threadsafe(_tell(call_id), loop)
        else:
            async_to_sync(_tell)(call_id)

    return send


async def _tell(call_id: uuid.UUID | str) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async with asyncio.timeout(NOTICE_SECONDS):
            await layer.group_send(watch_group(call_id), {"type": "call.changed", "call": str(call_id)})
    except Exception as error:  # each layer has its own errors, and the rows are written already
        log.warning("watchers not woken", call=str(call_id), error=type(error).__name__)
