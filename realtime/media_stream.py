"""Media stream endpoint: `wss://…/api/realtime/media-stream`, one call's audio, as a plain ASGI application.

No consumer class: dispatching each 20 ms frame through Channels costs three times what the rest of the bridge does.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from django.utils.timezone import now

from calls.database.outage import is_outage
from calls.operations.draining import is_draining
from calls.operations.loop_lag import loop_lag
from realtime.bridge.vocabulary.actions import FallBack
from realtime.bridge.vocabulary.events import StreamStarted, Unintelligible
from realtime.bridge.wire import twilio
from realtime.session.active_calls import active_calls
from realtime.session.call_session import CallSession
from realtime.session.handoff import hand_off
from realtime.session.setup import set_up
from realtime.session.thread_pool import in_thread
from realtime.transport.carrier_socket import DIRECT, CarrierSocket, Receive, Send, is_signed

log = structlog.get_logger(__name__)

START_SECONDS = 10.0
MOST_BEFORE_START = 16  # messages; the carrier sends one, "connected"
POLICY_VIOLATION = 1008


async def media_stream(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
    """Hold the call whose stream this is. Anybody else is refused before or right after the handshake."""
    loop_lag.watch(asyncio.get_running_loop())
    await receive()  # websocket.connect
    if not is_signed(scope):
        log.warning("media stream refused", reason="signature")
        await send({"type": "websocket.close"})  # before accept: HTTP 403
        return
    await send({"type": "websocket.accept"})
    carrier = CarrierSocket(receive, send, go_direct=scope.get("extensions", {}).get(DIRECT))
    start = await _await_start(carrier)
    try:
        setup = await in_thread(set_up)(start, now()) if start else None
    except Exception as error:
        if not is_outage(error):
            raise
        log.warning("media stream given up, the database is away")
        await carrier.close()  # the carrier asks what comes next, and the line is held there
        return
    if start is None or setup is None:
        log.warning("media stream refused", reason="token" if start else "no start")
        await carrier.close(POLICY_VIOLATION)
        return
    with structlog.contextvars.bound_contextvars(call=str(setup.call.pk), call_sid=start.call_sid):
        if is_draining():  # the next engine takes the call at once, in another process
            await hand_off(setup.call, FallBack("deploy"), carrier)
            return
        session = CallSession(setup, start, carrier)
        with active_calls.holding(session):
            await session.run()


async def _await_start(carrier: CarrierSocket) -> StreamStarted | None:
    """The stream's start message, skipping the little that comes before it; None when it does not come in time."""
    try:
        async with asyncio.timeout(START_SECONDS):
            for _ in range(MOST_BEFORE_START + 1):
                if (text := await carrier.receive()) is None:
                    return None
                event = twilio.read_message(text)
                if isinstance(event, StreamStarted):
                    return event
                if isinstance(event, Unintelligible) and event.problem.startswith(twilio.START):
                    return None
    except TimeoutError:
        pass
    return None
