"""The socket to the model: every text once and in order, and a word for every way it can end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from realtime.transport.model_socket import run_session
from realtime.transport.send_queue import SendQueue

PATIENCE = 10.0
HELLO = b"\x81\x05hello"
CLOSED = b"\x88\x02\x03\xe8"
type Peer = Callable[[ServerConnection], Any]


@asynccontextmanager
async def peer(handler: Peer, **options: Any) -> AsyncIterator[str]:
    async with serve(handler, "127.0.0.1", 0, compression=None, **options) as server:
        yield f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/"


async def talk(url: str, queue: SendQueue | None = None) -> tuple[str, list[str]]:
    heard: list[str] = []
    async with asyncio.timeout(PATIENCE):
        reason = await run_session(url, {}, proxy=False, queue=queue or SendQueue(1_000_000), on_text=heard.append)
    return reason, heard


async def test_what_the_model_says_at_once_in_pieces_or_as_bytes_keeps_its_order() -> None:
    async def says(socket: ServerConnection) -> None:
        await socket.send("first")
        await socket.send(["in ", "pieces"])
        await socket.send(b"bytes")
        await socket.send("x" * 70_000)
        await socket.close(1000)

    async with peer(says) as url:
        assert await talk(url) == ("closed_1000", ["first", "in pieces", "", "x" * 70_000])


async def test_what_waits_is_sent_first_and_then_what_comes() -> None:
    received: list[str | bytes] = []

    async def listens(socket: ServerConnection) -> None:
        await socket.send("go on")
        received.extend([await socket.recv() for _ in range(4)])
        await socket.close(1001)

    queue = SendQueue(1_000_000)
    queue.put("waited", "waited too")
    async with peer(listens) as url, asyncio.timeout(PATIENCE):
        reason = await run_session(
            url, {}, proxy=False, queue=queue, on_text=lambda text: queue.put("then", "é" * 40_000)
        )
    assert (reason, received) == ("closed_1001", ["waited", "waited too", "then", "é" * 40_000])


async def test_a_lost_connection_has_no_code() -> None:
    async def vanishes(socket: ServerConnection) -> None:
        socket.transport.abort()

    async with peer(vanishes) as url:
        assert await talk(url) == ("connection_lost", [])


async def test_a_refusal_with_a_body_is_told_by_its_status() -> None:
    async def nobody(socket: ServerConnection) -> None:
        raise AssertionError

    def refuse(connection: ServerConnection, request: Any) -> Any:
        return connection.respond(HTTPStatus.UNAUTHORIZED, "no\n" * 40_000)

    async with peer(nobody, process_request=refuse) as url:
        assert await talk(url) == ("refused_401", [])


async def test_nobody_there_is_unreachable() -> None:
    assert await talk("ws://127.0.0.1:9/") == ("unreachable", [])


@pytest.mark.parametrize("answer", [b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", b"SSH-2.0-OpenSSH\r\n\r\n", b""])
async def test_somebody_else_there_is_no_model(answer: bytes) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        reason, heard = await talk(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    assert reason in ("unreachable", "refused_200")
    assert heard == []


async def test_an_answer_that_comes_byte_by_byte_with_a_text_after_it_is_understood() -> None:
    async def says(socket: ServerConnection) -> None:
        await socket.send("hello")
        await socket.close()

    async with peer(says) as url:
        model = int(url.rsplit(":", 1)[1].strip("/"))

        async def dribble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            ours, theirs = await asyncio.open_connection("127.0.0.1", model)
            theirs.write(await reader.readuntil(b"\r\n\r\n"))
            answer = await ours.readuntil(b"\r\n\r\n") + await ours.readexactly(len(HELLO + CLOSED))
            for byte in answer[:40]:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0)
            writer.write(answer[40:])
            writer.close()
            theirs.close()

        async with await asyncio.start_server(dribble, "127.0.0.1", 0) as server:
            reason, heard = await talk(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    assert (reason, heard) == ("closed_1000", ["hello"])


async def test_a_model_that_does_not_read_clogs_the_queue() -> None:
    over = asyncio.Event()

    async def sleeps(socket: ServerConnection) -> None:
        socket.transport.pause_reading()
        await over.wait()
        socket.transport.abort()

    queue = SendQueue(1_000_000)
    async with peer(sleeps) as url, asyncio.timeout(PATIENCE):
        talking = asyncio.create_task(run_session(url, {}, proxy=False, queue=queue, on_text=queue.put))
        while not queue.clogged:
            queue.put("x" * 10_000)
            await asyncio.sleep(0)
        assert not talking.done()  # it is the peer that does not read, not a session that is over
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
        over.set()
