"""Handoff: how the realtime engine leaves a call, by hanging up or by leaving the line to the next engine."""

import asyncio
import uuid

import structlog
from django.db import DatabaseError

from calls.call_log.events import keep_event
from calls.compliance.opt_out import honor_open_wish
from calls.models import Call, EventKind
from calls.providers import ProviderError
from calls.providers.twilio import telephony
from realtime.bridge.vocabulary.actions import FallBack, Finish
from realtime.session.thread_pool import in_thread
from realtime.transport.carrier_socket import CarrierSocket

log = structlog.get_logger(__name__)

WRITTEN_S = 1.0
HANDED_OVER = "transfer"
NOBODY_THERE = frozenset({"hung_up", "never_started"})  # the carrier ended the stream itself


async def hand_off(call: Call, ending: FallBack | Finish, carrier: CarrierSocket) -> None:
    """Hang up with the carrier, or leave the line open for the next engine. Closing the socket moves the call on.

    The carrier fetches the document after the stream as soon as the socket is closed, so what that document depends on
    is written first. But a caller who waits for the next engine does not wait for a database that is busy: the document
    needs none of what is written about a step-down.
    """
    writing = asyncio.ensure_future(in_thread(_write_handoff)(call, ending))
    try:
        await asyncio.wait({writing}, timeout=WRITTEN_S if isinstance(ending, FallBack) else None)
    finally:
        await carrier.close()
    await writing


def _write_handoff(call: Call, ending: FallBack | Finish) -> None:
    _note(call, EventKind.ENGINE_LEFT, reason=ending.reason)  # without it the sweep takes the call for cut off
    if ending.reason == HANDED_OVER:
        return  # nothing has failed: the transfer's own row says where the call goes
    if isinstance(ending, FallBack):
        _note(call, EventKind.FALLBACK, part="realtime", to="conversation", reason=ending.reason)
    elif ending.reason not in NOBODY_THERE:
        _note(call, EventKind.GOODBYE, key="goodbye", reason=ending.reason)
        _hang_up(call)
    if isinstance(ending, Finish):
        _look_for_open_wish(call)


def _note(call: Call, kind: EventKind, *, key: str = "", **data: str) -> None:
    """Also with the database away: whoever has said goodbye is hung up all the same."""
    keep_event.keep(call.pk, kind=kind.value, key=key or f"handoff:{uuid.uuid4().hex}", data=data)


def _look_for_open_wish(call: Call) -> None:
    """Only now all is stored that was said. With the database away the end of the call looks again."""
    try:
        honor_open_wish(call)
    except DatabaseError as error:
        log.warning("open wish not looked for", call=str(call.pk), error=type(error).__name__)


def _hang_up(call: Call) -> None:
    try:
        telephony().end_call(str(call.twilio_sid))
    except ProviderError as error:  # closing the socket ends the call too: after a goodbye the document hangs up
        log.warning("hang-up refused", call=str(call.pk), code=error.code)
