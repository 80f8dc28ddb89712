"""Our WebSocket class for uvicorn: plain ASGI by default, callbacks for an application that takes the offer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from calls.models import Call
from realtime.routing import websocket_application
from realtime.transport.carrier_socket import DIRECT, CarrierSocket
from realtime.transport.frames import text_frame
from realtime.transport.send_queue import SendQueue
from realtime.transport.uvicorn_protocol import (
    CLOSE_SECONDS,
    LARGEST_MESSAGE,
    LARGEST_OF_A_CALL,
    LAST_BYTES,
    ODD_FRAMES_AT_ONCE,
    ODD_FRAMES_PER_SECOND,
    WebSockets,
)
from tests.realtime.peers import Model, phoning
from tests.realtime.serving import serving
from tests.realtime.stories import talking

PATIENCE = 10.0
type Application = Callable[[Any, Any, Any], Awaitable[None]]


async def plain_echo(scope: Any, receive: Any, send: Any) -> None:
    """Repeats every message, by ASGI alone."""
    await receive()
    await send({"type": "websocket.accept"})
    with suppress(OSError):  # the peer was dropped
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
    async with (
        serving(application) as server,
        connect(f"ws://{server.address}/", proxy=None, max_size=2 * LARGEST_OF_A_CALL) as socket,
    ):
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


# --- a peer that behaves as none of ours would -----------------------------------------------------------------------


async def handshake(address: str, path: str = "/") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which nothing but the handshake was written."""
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13"
    upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate"
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {address}\r\n{upgrade}\r\n{key}\r\n\r\n".encode())
    return reader, writer


async def until_dropped(writer: asyncio.StreamWriter, data: bytes, most: int) -> int:
    """Write that data again and again; how many bytes the peer took before it was rid of us."""
    for sent in range(0, most, len(data)):
        try:
            writer.write(data)
            await writer.drain()
        except OSError:
            return sent
    return most


class Counting(WebSockets):
    """Our class, counting what it reads and what it passes to the library."""

    bytes_read = 0
    odd_frames = 0

    def data_received(self, data: bytes) -> None:
        Counting.bytes_read += len(data)
        super().data_received(data)

    def handle_events(self) -> None:
        Counting.odd_frames += 1
        super().handle_events()


@pytest.fixture
def counting() -> type[Counting]:
    Counting.bytes_read = Counting.odd_frames = 0
    return Counting


PING, EMPTY_PIECE, BYTES = (bytes((head, 0x80, 0, 0, 0, 0)) for head in (0x89, 0x00, 0x82))
COUNTING = f"{__name__}:Counting"
MEGABYTE = 1 << 20


async def test_nothing_is_read_before_the_peer_is_let_in(counting: type[Counting]) -> None:
    asked, decided = asyncio.Event(), asyncio.Event()

    async def refuses_late(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        asked.set()
        await decided.wait()
        await send({"type": "websocket.close"})

    async with serving(refuses_late, sockets=COUNTING) as server, asyncio.timeout(PATIENCE):
        _, writer = await handshake(server.address)
        await asked.wait()
        head = counting.bytes_read
        writer.write(PING * 10_000)
        await asyncio.sleep(0.05)
        assert counting.bytes_read == head
        decided.set()
        await until_dropped(writer, PING * 10_000, 64 * MEGABYTE)
        assert counting.bytes_read == head
        writer.close()


async def test_a_peer_that_is_refused_is_told_so() -> None:
    async def refuses(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.close"})

    async with serving(refuses) as server, asyncio.timeout(PATIENCE):
        reader, writer = await handshake(server.address)
        assert (await reader.read()).startswith(b"HTTP/1.1 403 Forbidden\r\n")
        writer.close()


@pytest.mark.parametrize("flood", [PING, EMPTY_PIECE, BYTES, b"\x8a\x80\0\0\0\0"])
@pytest.mark.parametrize("application", [plain_echo, direct_echo])
async def test_a_flood_of_frames_that_are_no_text_ends_the_socket(
    application: Application, flood: bytes, counting: type[Counting]
) -> None:
    async with serving(application, sockets=COUNTING) as server, asyncio.timeout(PATIENCE):
        reader, writer = await handshake(server.address)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(text_frame("first", masked=True))
        await reader.readexactly(7)
        if flood is EMPTY_PIECE:
            writer.write(b"\x01\x80\0\0\0\0")
        await until_dropped(writer, flood * 1000, 64 * MEGABYTE)
        assert counting.odd_frames <= ODD_FRAMES_AT_ONCE + ODD_FRAMES_PER_SECOND * PATIENCE
        assert counting.bytes_read < 4 * MEGABYTE
        writer.close()


async def test_a_flood_of_texts_to_an_application_that_is_busy_ends_the_socket() -> None:
    ended = asyncio.Event()

    async def busy(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await asyncio.sleep(0.2)
        while (await receive())["type"] == "websocket.receive":
            pass
        ended.set()

    async with serving(busy) as server, asyncio.timeout(PATIENCE):
        reader, writer = await handshake(server.address)
        await reader.readuntil(b"\r\n\r\n")
        await until_dropped(writer, text_frame("", masked=True) * 10_000, 64 * MEGABYTE)
        await ended.wait()
        writer.close()


@pytest.mark.parametrize("pieces", [1, 2])
async def test_a_message_is_at_most_64_kib(pieces: int) -> None:
    async with talking_to(plain_echo) as socket, asyncio.timeout(PATIENCE):
        await socket.send("x" * LARGEST_MESSAGE)
        assert len(await socket.recv()) == LARGEST_MESSAGE
        part = "x" * (LARGEST_MESSAGE // pieces + 1)
        await socket.send([part] * pieces if pieces > 1 else part)
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == 1009


async def test_a_peer_the_application_knows_may_send_more_and_not_without_end() -> None:
    async with talking_to(direct_echo) as socket, asyncio.timeout(PATIENCE):
        await settle(socket)
        await socket.send("x" * LARGEST_OF_A_CALL)
        assert len(await socket.recv()) == LARGEST_OF_A_CALL
        with suppress(ConnectionClosed):
            await socket.send("x" * (LARGEST_OF_A_CALL + 1))
        with pytest.raises(ConnectionClosed):
            await socket.recv()


async def test_nothing_is_inflated() -> None:
    async with serving(plain_echo) as server, asyncio.timeout(PATIENCE):
        reader, writer = await handshake(server.address)  # which offers compression
        assert b"extensions" not in (await reader.readuntil(b"\r\n\r\n")).lower()
        writer.write(b"\xc1\x83\0\0\0\0abc")
        closing = await reader.read()
        assert (closing[0], closing[2:4]) == (0x88, b"\x03\xea")  # a close, for a protocol error
        writer.close()


async def closes(scope: Any, receive: Any, send: Any) -> None:
    """Lets the peer in and closes."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": 1000})


async def test_after_our_close_a_flood_is_not_read(counting: type[Counting]) -> None:
    async with serving(closes, sockets=COUNTING) as server, asyncio.timeout(PATIENCE):
        reader, writer = await handshake(server.address)
        await reader.readuntil(b"\x88\x02\x03\xe8")
        before = counting.odd_frames
        assert await until_dropped(writer, PING * 1000, 64 * MEGABYTE) < 64 * MEGABYTE
        assert counting.bytes_read < LAST_BYTES + MEGABYTE
        assert counting.odd_frames == before
        writer.close()


async def test_a_peer_that_does_not_answer_our_close_is_let_go_after_a_moment() -> None:
    loop = asyncio.get_running_loop()
    async with serving(closes) as server, asyncio.timeout(PATIENCE):
        reader, writer = await handshake(server.address)
        await reader.readuntil(b"\x88\x02\x03\xe8")
        closed_at = loop.time()
        assert await reader.read() == b""
        assert loop.time() - closed_at < CLOSE_SECONDS + 2
        writer.close()


async def test_a_peer_that_answers_our_close_after_what_was_on_its_way_is_let_go_at_once() -> None:
    loop = asyncio.get_running_loop()
    async with serving(closes) as server, asyncio.timeout(PATIENCE):
        reader, writer = await handshake(server.address)
        await reader.readuntil(b"\x88\x02\x03\xe8")
        closed_at = loop.time()
        writer.write(text_frame("on its way", masked=True) * 20 + b"\x88\x82\0\0\0\0\x03\xe8")
        assert await reader.read() == b""
        assert loop.time() - closed_at < CLOSE_SECONDS / 2
        writer.close()


async def test_a_call_is_held_under_any_other_server_too(transactional_db: None, model: Model, call: Call) -> None:
    async with serving(websocket_application, sockets="websockets-sansio") as server, phoning(server) as phone:
        await talking(phone, model, call)
        await model.says("Good evening.")
        heard = await phone.hears("media")
        assert len(heard["media"]["payload"]) > 1000
        await phone.hang_up()
