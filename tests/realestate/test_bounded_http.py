"""Our HTTP class for uvicorn, on a real port: requests that are never whole, and answers that nobody reads."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from realestate import bounded_http
from realestate.bounded_bodies import bounded_bodies
from realestate.bounded_http import HEAD_BYTES, MOST_HEADERS, MOST_PIPELINED, BoundedHttp
from tests.realtime.serving import Served, serving

PATIENCE = 20.0
LARGE = 64 << 20  # more than the kernel keeps for a client


async def hello(scope: Any, receive: Any, send: Any) -> None:
    """Reads the body and says how long it was; `/large` is a large answer."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    body = b"x" * LARGE if scope["path"] == "/large" else str(size).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def visiting(server: Served) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection."""
    host, _, port = server.address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        async with asyncio.timeout(PATIENCE):
            yield reader, writer
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


@pytest.fixture(autouse=True)
def _nothing_left(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(BoundedHttp, "half_sent", {})
    yield
    assert BoundedHttp.half_sent == {}


class Seen:
    """An application that notes which requests it was given."""

    def __init__(self) -> None:
        self.whole = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            more = message.get("more_body", False)
        self.whole += 1
        await hello(scope, receive, send)


async def ends(reader: asyncio.StreamReader) -> bytes:
    """What comes before the connection ends; an answer may be lost when we still write."""
    got = b""
    with suppress(ConnectionResetError):
        while piece := await reader.read(1 << 16):
            got += piece
    return got


async def answer(reader: asyncio.StreamReader) -> bytes:
    """The first line of an answer, and its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"content-length")), 0)
    return head.split(b"\r\n")[0] + b" " + await reader.readexactly(length)


async def test_a_request_is_answered_and_the_next_one_on_the_same_connection() -> None:
    async with serving(hello) as server, visiting(server) as (reader, writer):
        for size in (0, 5, 100_000):
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size)
            assert await answer(reader) == b"HTTP/1.1 200 OK %d" % size
        assert not BoundedHttp.half_sent


async def test_a_chunked_body_is_read() -> None:
    async with serving(hello) as server, visiting(server) as (reader, writer):
        chunks = b"".join(b"%x\r\n%s\r\n" % (size, b"y" * size) for size in (1, 1000, 70_000))
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n")
        assert await answer(reader) == b"HTTP/1.1 200 OK 71001"


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 2 * HEAD_BYTES + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 2 * HEAD_BYTES + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"a" * 2 * HEAD_BYTES,
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * (MOST_HEADERS + 1) + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + (b"X" * 1000 + b": a\r\n") * 40 + b"\r\n",
    ],
    ids=["address", "value", "name", "many headers", "many bytes of names"],
)
@pytest.mark.parametrize("step", [1 << 20, 1000])
async def test_a_head_is_small(head: bytes, step: int) -> None:
    seen = Seen()
    async with serving(seen) as server, visiting(server) as (reader, writer):
        for at in range(0, len(head), step):
            writer.write(head[at : at + step])
            await asyncio.sleep(0)
        assert (await ends(reader))[:13] in (b"HTTP/1.1 400 ", b"")
        assert seen.whole == 0


@pytest.mark.parametrize(
    "tail",
    [
        b"0\r\n" + b"X: a\r\n" * 2 * MOST_HEADERS,
        b"0\r\nX: " + b"a" * 3 * HEAD_BYTES,
        b"1;" + b"a" * 3 * HEAD_BYTES,
        b"1\r\nx\r\n" * HEAD_BYTES,
    ],
    ids=["trailers", "a long trailer", "an extension", "chunks of a byte"],
)
async def test_what_surrounds_a_chunked_body_is_small(tail: bytes) -> None:
    seen = Seen()
    async with serving(seen) as server, visiting(server) as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        writer.write(tail)
        assert (await ends(reader))[:13] in (b"HTTP/1.1 400 ", b"")
        assert seen.whole == 0


async def until_the_end(reader: asyncio.StreamReader) -> bytes:
    """What is still answered. Who goes on writing to a connection that was closed is told so by a reset."""
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize(
    "drip",
    [b"", b"G", b"GET / HTTP/1.1\r\nHost: a\r\nX: ", b"\r\n"],
    ids=["nothing", "a letter", "half a header", "empty lines"],
)
async def test_a_head_that_does_not_come_ends(drip: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_http, "HEAD_SECONDS", 0.3)
    async with serving(hello) as server, visiting(server) as (reader, writer):
        writer.write(drip)
        ended = asyncio.create_task(until_the_end(reader))
        while not ended.done() and drip[-1:] not in b"G":  # that one would be too long a method
            writer.write(drip[-1:])
            await asyncio.sleep(0.05)
        assert await ended == b""


async def test_a_second_head_that_does_not_come_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_http, "HEAD_SECONDS", 0.3)
    async with serving(hello) as server, visiting(server) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert await answer(reader) == b"HTTP/1.1 200 OK 0"
        ended = asyncio.create_task(until_the_end(reader))
        writer.write(b"GET / HTTP/1.1\r\nX: ")
        while not ended.done():
            writer.write(b"a")
            await asyncio.sleep(0.05)
        assert await ended == b""


async def test_an_answer_that_takes_long_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_http, "HEAD_SECONDS", 0.1)

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0.4)
        await hello(scope, receive, send)

    async with serving(slow) as server, visiting(server) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert await answer(reader) == b"HTTP/1.1 200 OK 0"


async def test_of_many_half_sent_requests_the_longest_waiting_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_http, "MOST_HALF_SENT", 3)
    async with serving(hello) as server:
        async with visiting(server) as (first, one), visiting(server) as (_, two), visiting(server) as (_, three):
            one.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf")
            two.write(b"GET / HT")
            three.write(b"GET / HT")
            while len(BoundedHttp.half_sent) < 3:  # noqa: ASYNC110 - the class tells nobody
                await asyncio.sleep(0.01)
            async with visiting(server) as (reader, writer):
                writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                assert await answer(reader) == b"HTTP/1.1 200 OK 0"
            with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
                await first.readexactly(1)
        while BoundedHttp.half_sent:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_few_requests_at_once_are_answered_in_order_and_many_are_refused() -> None:
    request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    async with serving(hello) as server:
        async with visiting(server) as (reader, writer):
            writer.write(request * MOST_PIPELINED)
            assert [await answer(reader) for _ in range(MOST_PIPELINED)] == [b"HTTP/1.1 200 OK 0"] * MOST_PIPELINED
        async with visiting(server) as (reader, writer):
            writer.write(request * 5000)
            assert (await ends(reader)).count(b"HTTP/1.1 200") <= 1 + MOST_PIPELINED


async def test_an_answer_is_not_kept_for_a_client_that_does_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_http, "READER_SECONDS", 0.2)
    async with serving(hello) as server, visiting(server) as (reader, writer):
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        await asyncio.sleep(1.0)
        writer.transport.resume_reading()  # type: ignore[attr-defined]
        assert len(await ends(reader)) < LARGE


async def test_a_client_that_reads_slowly_gets_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_http, "READER_SECONDS", 0.2)
    async with serving(hello) as server, visiting(server) as (reader, writer):
        writer.write(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        got = 0
        while got < LARGE:
            got += len(await reader.read(1 << 20))
            await asyncio.sleep(0.005)


async def test_a_body_too_large_is_answered_before_it_is_sent_and_the_connection_closed() -> None:
    async with serving(bounded_bodies(hello)) as server, visiting(server) as (reader, writer):
        writer.write(b"POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 300000000\r\n\r\n")
        assert (await answer(reader)).startswith(b"HTTP/1.1 413 ")
        assert await reader.read() == b""


async def test_a_client_that_sends_a_little_too_much_reads_why_it_is_refused() -> None:
    async with serving(bounded_bodies(hello)) as server, visiting(server) as (reader, writer):
        size = 5 << 20
        writer.write(b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size)
        await writer.drain()
        assert (await answer(reader)).startswith(b"HTTP/1.1 413 ")
        assert await reader.read() == b""
