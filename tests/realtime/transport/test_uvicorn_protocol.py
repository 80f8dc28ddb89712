"""A socket of our server: plain ASGI for who wants it, called back for who takes the offer."""

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
    await asyncio.sleep(0.05)  # what comes now waits in the server
    await phone.run(queue, lambda text: queue.put(text or "no text"))


@asynccontextmanager
async def talking_to(application: Application) -> AsyncIterator[ClientConnection]:
    async with serving(application) as server, connect(f"ws://{server.address}/", proxy=None) as socket:
        yield socket


@pytest.mark.parametrize("application", [plain_echo, direct_echo])
async def test_every_text_arrives_in_order(application: Application) -> None:
    async with talking_to(application) as socket, asyncio.timeout(PATIENCE):
        for number in range(50):
            await socket.send(f"{number}" * number or "none")
        assert [await socket.recv() for _ in range(50)] == [f"{number}" * number or "none" for number in range(50)]


@pytest.mark.parametrize("application", [plain_echo, direct_echo])
async def test_a_text_in_pieces_keeps_its_place(application: Application) -> None:
    async with talking_to(application) as socket, asyncio.timeout(PATIENCE):
        await socket.send("first")
        await asyncio.sleep(0.2)
        await socket.send(["in ", "three ", "pieces"])
        await socket.send("last")
        assert [await socket.recv() for _ in range(3)] == ["first", "in three pieces", "last"]


@pytest.mark.parametrize(("application", "answer"), [(plain_echo, "3 bytes"), (direct_echo, "no text")])
async def test_bytes_are_no_text(application: Application, answer: str) -> None:
    async with talking_to(application) as socket, asyncio.timeout(PATIENCE):
        await socket.send("first")
        assert await socket.recv() == "first"
        await asyncio.sleep(0.2)
        await socket.send(b"abc")
        assert await socket.recv() == answer


@pytest.mark.parametrize("application", [plain_echo, direct_echo])
async def test_a_ping_is_answered(application: Application) -> None:
    async with talking_to(application) as socket, asyncio.timeout(PATIENCE):
        await socket.send("first")
        await asyncio.sleep(0.2)
        await (await socket.ping())


@pytest.mark.parametrize("application", [plain_echo, direct_echo])
async def test_what_is_no_text_by_the_protocol_closes_the_socket(application: Application) -> None:
    async with talking_to(application) as socket, asyncio.timeout(PATIENCE):
        await socket.send("first")
        await socket.recv()
        await asyncio.sleep(0.2)
        socket.transport.write(b"\x81\x82\x00\x00\x00\x00\xff\xff")
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code in (1007, 1006)


async def test_the_end_of_a_socket_ends_the_conversation() -> None:
    async with talking_to(direct_echo) as socket:
        await socket.send("first")
        await socket.close()  # the house empties only when its application has returned


async def test_a_client_who_does_not_read_fills_the_outbox_and_not_the_memory() -> None:
    clogged = asyncio.Event()

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
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)

    async with talking_to(application) as socket, asyncio.timeout(PATIENCE):
        socket.transport.pause_reading()
        await clogged.wait()
        socket.transport.abort()


async def test_a_call_is_held_under_any_other_server_too(transactional_db: None, model: Model, call: Call) -> None:
    async with serving(websocket_application, sockets="websockets-sansio") as server, phoning(server) as phone:
        await talking(phone, model, call)
        await model.says("Good evening.")
        await phone.hears("mark")
        await phone.hang_up()
