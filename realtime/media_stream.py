"""``wss://…/api/realtime/media-stream``: the carrier's media stream of one call, as a plain ASGI application.

No consumer class: dispatching each 20 ms frame through Channels costs three times what the rest of the bridge does.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from django.utils.timezone import now

from calls.operations.draining import is_draining
from calls.operations.loop_lag import loop_lag
from realtime.bridge.vocabulary.actions import FallBack
from realtime.bridge.vocabulary.events import StreamStarted, Unintelligible
from realtime.bridge.wire import twilio
from realtime.session.active_calls import switchboard
from realtime.session.call_session import HeldCall
from realtime.session.handoff import depart
from realtime.session.setup import prepare
from realtime.session.thread_pool import in_thread
from realtime.transport.carrier_socket import DIRECT, PhoneSocket, Receive, Send, is_signed

log = structlog.get_logger(__name__)

START_SECONDS = 10.0
POLICY_VIOLATION = 1008


async def media_stream(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
    """Hold the call whose stream this is; anybody else is turned away before or right after the handshake."""
    loop_lag.watch(asyncio.get_running_loop())
    await receive()  # websocket.connect
    if not is_signed(scope):
        log.warning("media stream refused", reason="signature")
        await send({"type": "websocket.close"})  # before accept: HTTP 403
        return
    await send({"type": "websocket.accept"})
    phone = PhoneSocket(receive, send, go_direct=scope.get("extensions", {}).get(DIRECT))
    start = await _start_of(phone)
    prepared = await in_thread(prepare)(start, now()) if start else None
    if start is None or prepared is None:
        log.warning("media stream refused", reason="token" if start else "no start")
        await phone.close(POLICY_VIOLATION)
        return
    with structlog.contextvars.bound_contextvars(call=str(prepared.call.pk), call_sid=start.call_sid):
        if is_draining():  # another process shall hold it, and the caller shall not wait for one
            await depart(prepared.call, FallBack("deploy"), phone)
            return
        held = HeldCall(prepared, start, phone)
        with switchboard.holding(held):
            await held.hold()


async def _start_of(phone: PhoneSocket) -> StreamStarted | None:
    """The stream's start; what comes before it is of no use to anybody. None when it does not come in time."""
    try:
        async with asyncio.timeout(START_SECONDS):
            while (text := await phone.receive()) is not None:
                event = twilio.read_message(text)
                if isinstance(event, StreamStarted):
                    return event
                if isinstance(event, Unintelligible) and event.problem.startswith(twilio.START):
                    return None
    except TimeoutError:
        pass
    return None
