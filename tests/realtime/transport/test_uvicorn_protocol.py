"""Our WebSocket class for uvicorn: plain ASGI by default, callbacks for an application that takes the offer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from calls.models import Call
from realtime.routing import websocket_application
from realtime.transport.carrier_socket import DIRECT, CarrierSocket
from realtime.transport.send_queue import SendQueue
from tests.realtime.peers import Model, phoning
from tests.realtime.serving import serving
from tests.realtime.stories import talking

PATIENCE = 10.0
type Application = Callable[[Any, Any, Any], Awaitable[None]]


async def plain_echo(scope: Any, receive: Any, send: Any) -> None:
    """Repeats every message, by ASGI alone."""
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message.get("text") or f"{len(message['bytes'])} bytes"})


async def direct_echo(scope: Any, receive: Any, send: Any) -> None:
    """Repeats every text, called back."""
    await receive()
    await send({"type": "websocket.accept"})
    queue = SendQueue(1_000_000)
    phone = CarrierSocket(receive, send, go_direct=scope["extensions"][DIRECT])
    queue.put(await phone.receive() or "")
    await phone.run(queue, lambda text: queue.put(text or "no text"))


@asynccontextmanager
async def talking_to(application: Application) -> AsyncIterator[ClientConnection]:
    async with serving(application) as server, connect(f"ws://{server.address}/", proxy=None) as socket:
        yield socket


async def settle(socket: ClientConnection) -> None:
    """Wait until the application answers, in its own way: what is sent from now on finds it at work."""
    await socket.send("first")
    assert await socket.recv() == "first"


@pytest.mark.parametrize("application", [plain_echo, direct_echo])
async def test_every_text_arrives_in_order(application: Application) -> None:
    async with talking_to(application) as socket, asyncio.timeout(PATIENCE):
        for number in range(50):
            await socket.send(f"{number}" * number or "none")
        assert [await socket.recv() for _ in range(50)] == [f"{number}" * number or "none" for number in range(50)]


@pytest.mark.parametrize("application", [plain_echo, direct_echo])
async def test_a_text_in_pieces_keeps_its_place(application: Application) -> None:
    async with talking_to(application) as socket, asyncio.timeout(PATIENCE):
        await settle(socket)
        await socket.send(["in ", "three ", "pieces"])
        await socket.send("last")
        assert [await socket.recv() for _ in range(2)] == ["in three pieces", "last"]


@pytest.mark.parametrize(("application", "answer"), [(plain_echo, "3 bytes"), (direct_echo, "no text")])
async def test_bytes_are_no_text(application: Application, answer: str) -> None:
    async with talking_to(application) as socket, asyncio.timeout(PATIENCE):
        await settle(socket)
        await socket.send(b"abc")
        assert await socket.recv() == answer


@pytest.mark.parametrize("application", [plain_echo, direct_echo])
async def test_a_ping_is_answered(application: Application) -> None:
    async with talking_to(application) as socket, asyncio.timeout(PATIENCE):
        await settle(socket)
        assert await (await socket.ping()) >= 0.0  # the time it took


@pytest.mark.parametrize("application", [plain_echo, direct_echo])
async def test_what_is_no_text_by_the_protocol_closes_the_socket(application: Application) -> None:
    async with talking_to(application) as socket, asyncio.timeout(PATIENCE):
        await settle(socket)
        socket.transport.write(b"\x81\x82\x00\x00\x00\x00\xff\xff")
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code in (1007, 1006)


async def test_texts_that_came_before_the_offer_was_taken_are_passed_on_first() -> None:
    sent, taken = asyncio.Event(), asyncio.Event()

    async def late_echo(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await sent.wait()
        queue = SendQueue(1_000_000)
        phone = CarrierSocket(receive, send, go_direct=scope["extensions"][DIRECT])
        taken.set()
        await phone.run(queue, queue.put)

    async with talking_to(late_echo) as socket, asyncio.timeout(PATIENCE):
        for text in ("first", "second", "third"):
            await socket.send(text)
        sent.set()
        await taken.wait()
        await socket.send("fourth")
        assert [await socket.recv() for _ in range(4)] == ["first", "second", "third", "fourth"]


async def test_the_end_of_a_socket_ends_the_conversation() -> None:
    returned = asyncio.Event()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await direct_echo(scope, receive, send)
        returned.set()

    async with talking_to(application) as socket, asyncio.timeout(PATIENCE):
        await settle(socket)
        assert not returned.is_set()
        await socket.close()
        await returned.wait()
        assert socket.close_code == 1000


async def test_a_client_that_does_not_read_fills_the_queue_and_not_the_memory() -> None:
    clogged, returned = asyncio.Event(), asyncio.Event()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        queue = SendQueue(1_000_000)
        phone = CarrierSocket(receive, send, go_direct=scope["extensions"][DIRECT])
        talking = asyncio.create_task(phone.run(queue, queue.put))
        while not queue.clogged:
            queue.put("x" * 10_000)
            await asyncio.sleep(0)
        clogged.set()
        await asyncio.gather(talking, return_exceptions=True)
        returned.set()

    async with talking_to(application) as socket, asyncio.timeout(PATIENCE):
        socket.transport.pause_reading()
        await clogged.wait()
        assert not returned.is_set()
        socket.transport.abort()
        await returned.wait()


async def test_a_call_is_held_under_any_other_server_too(transactional_db: None, model: Model, call: Call) -> None:
    async with serving(websocket_application, sockets="websockets-sansio") as server, phoning(server) as phone:
        await talking(phone, model, call)
        await model.says("Good evening.")
        heard = await phone.hears("media")
        assert len(heard["media"]["payload"]) > 1000
        await phone.hang_up()
