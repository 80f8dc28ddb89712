"""The carrier's end of a media stream, over plain ASGI."""

import asyncio
from typing import Any

import pytest
from pytest_django import Settings

from calls.public_urls import STREAM_PATH
from realtime.transport.carrier_socket import CarrierSocket, is_signed
from realtime.transport.send_queue import SendQueue
from tests.calls.carrier_stub import TOKEN, sign


class Gone(OSError):
    """What the server raises for a peer that has left."""


async def nothing() -> dict[str, Any]:
    return {"type": "websocket.disconnect"}


class Nobody:
    """A server whose peer has left: it notes what it was to send, and raises."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def send(self, message: dict[str, Any]) -> None:
        self.asked.append(message["type"])
        raise Gone


async def test_a_caller_who_hangs_up_while_we_speak_is_no_fault_of_ours() -> None:
    nobody = Nobody()
    carrier = CarrierSocket(nothing, nobody.send)
    await carrier.send("audio")
    assert nobody.asked == ["websocket.send"]
    assert await carrier.receive() is None


async def test_a_socket_the_peer_has_left_is_closed_once_without_an_error() -> None:
    nobody = Nobody()
    carrier = CarrierSocket(nothing, nobody.send)
    await carrier.close()
    await carrier.close()
    assert nobody.asked == ["websocket.close"]


async def test_nothing_is_sent_to_a_carrier_that_has_left() -> None:
    nobody = Nobody()
    carrier = CarrierSocket(nothing, nobody.send)
    assert await carrier.receive() is None
    await carrier.send("audio")
    await carrier.close()
    assert nobody.asked == []
    assert await carrier.receive() is None


async def test_under_any_server_texts_are_passed_on_and_the_queue_is_sent_until_the_close() -> None:
    coming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    sent: list[str] = []
    heard: list[str] = []
    queue = SendQueue(1000)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message["text"])
        if message["text"] == "answer":
            coming.put_nowait({"type": "websocket.disconnect"})

    def on_text(text: str) -> None:
        heard.append(text)
        if text == "question":
            queue.put("answer")

    queue.put("waited")
    for message in ({"text": "question"}, {"bytes": b"\x00"}):
        coming.put_nowait({"type": "websocket.receive", **message})
    await CarrierSocket(coming.get, send).run(queue, on_text)
    assert (heard, sent) == (["question", ""], ["waited", "answer"])


@pytest.mark.parametrize(("signature", "believed"), [("right", True), ("wrong", False), (None, False)])
def test_a_handshake_is_believed_by_its_signature(settings: Settings, signature: str | None, believed: bool) -> None:
    settings.TWILIO_AUTH_TOKEN, settings.PUBLIC_URL = TOKEN, "https://ringside.example"
    right = sign(f"wss://ringside.example{STREAM_PATH}", {})
    headers = [(b"x-twilio-signature", (right if signature == "right" else "wrong").encode())] if signature else []
    assert is_signed({"path": STREAM_PATH, "headers": headers}) is believed
