"""The carrier's end of a media stream, as an ASGI WebSocket."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import Any, cast

from calls.carrier.signatures import stream_is_signed
from realtime.transport.send_queue import Outbox

type Message = dict[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Heard = Callable[[str], None]
type GoDirect = Callable[[Heard | None, Outbox], None]

DIRECT = "ringside.direct"  # the scope's extension of a server that calls us back, see `realtime.server`
CLOSE_SECONDS = 2.0
SIGNATURE = b"x-twilio-signature"
SIGNATURE_SETTINGS = b"x-twilio-webhooks-signature-settings"


class PhoneSocket:
    """Texts from and to the carrier. Once it is gone, receiving gives None and sending does nothing."""

    def __init__(self, receive: Receive, send: Send, *, go_direct: GoDirect | None = None) -> None:
        self._receive = receive
        self._send = send
        self._go_direct = go_direct
        self._gone = False

    async def converse(self, outbox: Outbox, heard: Heard) -> None:
        """Hold the line: send what is in the outbox, hand over every text. Returns when the socket is closed."""
        if self._go_direct is None:
            await self._take_turns(outbox, heard)
            return
        context = copy_context()  # whoever calls us back knows nothing of this call; the log shall
        self._go_direct(cast(Heard, partial(context.run, cast(Any, heard))), outbox)
        try:
            await self._take_turns(None, heard)
        finally:
            self._go_direct(None, outbox)

    async def _take_turns(self, outbox: Outbox | None, heard: Heard) -> None:
        async with asyncio.TaskGroup() as tasks:
            writer = tasks.create_task(outbox.empty_into(self.send)) if outbox else None
            while (text := await self.receive()) is not None:
                heard(text)
            if writer:
                writer.cancel()

    async def receive(self) -> str | None:
        """The next text; "" for a binary frame, which the protocol does not have; None when the socket is closed."""
        if self._gone:
            return None
        message = await self._receive()
        if message["type"] != "websocket.receive":
            self._gone = True
            return None
        return message.get("text") or ""

    async def send(self, text: str) -> None:
        """Send a text; one for a carrier that has just left is lost, and receiving tells of it."""
        if not self._gone:
            with suppress(OSError):
                await self._send({"type": "websocket.send", "text": text})

    async def close(self, code: int = 1000) -> None:
        """Close the socket; the carrier goes on with the verb after the stream."""
        if not self._gone:
            self._gone = True
            with suppress(OSError):  # which includes the TimeoutError of a carrier that does not read
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._send({"type": "websocket.close", "code": code})


def is_signed(scope: Mapping[str, Any]) -> bool:
    """The handshake carries the carrier's signature for this path."""
    headers = dict(scope["headers"])
    signature, settings_header = headers.get(SIGNATURE), headers.get(SIGNATURE_SETTINGS)
    return stream_is_signed(
        scope["path"],
        signature.decode("latin-1") if signature else None,
        settings_header=settings_header.decode("latin-1") if settings_header else None,
    )
