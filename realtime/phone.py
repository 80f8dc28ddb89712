"""The carrier's end of a media stream, as an ASGI WebSocket."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from calls.signatures import stream_is_signed

type Message = dict[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]

SIGNATURE = b"x-twilio-signature"
SIGNATURE_SETTINGS = b"x-twilio-webhooks-signature-settings"


class PhoneSocket:
    """Texts from and to the carrier. Once it is gone, receiving gives None and sending does nothing."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._gone = False

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
            with suppress(OSError):
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
