"""Carrier socket: the carrier's end of a media stream, as an ASGI WebSocket."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import Any, cast

from calls.carrier.signatures import stream_is_signed
from realtime.transport.send_queue import SendQueue

type Message = dict[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type OnText = Callable[[str], None]
type GoDirect = Callable[[OnText | None, SendQueue], None]

DIRECT = "ringside.direct"  # scope extension of our server class, see `uvicorn_protocol`
CLOSE_SECONDS = 2.0
SIGNATURE = b"x-twilio-signature"
SIGNATURE_SETTINGS = b"x-twilio-webhooks-signature-settings"


class CarrierSocket:
    """Texts from and to the carrier. Once it is closed, receiving gives None and sending does nothing."""

    def __init__(self, receive: Receive, send: Send, *, go_direct: GoDirect | None = None) -> None:
        self._receive = receive
        self._send = send
        self._go_direct = go_direct
        self._gone = False

    async def run(self, queue: SendQueue, on_text: OnText) -> None:
        """Send what is in the queue and pass every text to `on_text`, until the socket is closed."""
        if self._go_direct is None:
            await self._exchange_texts(queue, on_text)
            return
        context = copy_context()  # callbacks come without this call's log context, so bind it
        self._go_direct(cast(OnText, partial(context.run, cast(Any, on_text))), queue)
        try:
            await self._exchange_texts(None, on_text)
        finally:
            self._go_direct(None, queue)

    async def _exchange_texts(self, queue: SendQueue | None, on_text: OnText) -> None:
        async with asyncio.TaskGroup() as tasks:
            writer = tasks.create_task(queue.drain_into(self.send)) if queue else None
            while (text := await self.receive()) is not None:
                on_text(text)
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
        """Send a text. One for a carrier that has just left is lost; receiving reports the close."""
        if not self._gone:
            with suppress(OSError):
                await self._send({"type": "websocket.send", "text": text})

    async def close(self, code: int = 1000) -> None:
        """Close the socket; the carrier goes on with the verb after the stream."""
        if not self._gone:
            self._gone = True
            with suppress(OSError):  # includes the TimeoutError for a carrier that does not read
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._send({"type": "websocket.close", "code": code})


def is_signed(scope: Mapping[str, Any]) -> bool:
    """Whether the handshake carries the carrier's signature for this path."""
    headers = dict(scope["headers"])
    signature, settings_header = headers.get(SIGNATURE), headers.get(SIGNATURE_SETTINGS)
    return stream_is_signed(
        scope["path"],
        signature.decode("latin-1") if signature else None,
        settings_header=settings_header.decode("latin-1") if settings_header else None,
    )
