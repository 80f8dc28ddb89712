"""The send queue: order is kept, a full socket is waited for, and what a peer does not read is limited."""

import asyncio

import pytest

from realtime.transport.send_queue import SendQueue


def test_texts_go_straight_through_while_the_socket_takes_them() -> None:
    queue, sent = SendQueue(100), list[str]()
    queue.put("waited")
    queue.attach(sent.append)
    queue.put("first", "second")
    assert sent == ["waited", "first", "second"]
    assert not queue.clogged


def test_a_full_socket_is_waited_for_in_order() -> None:
    queue, sent = SendQueue(100), list[str]()
    queue.attach(sent.append)
    queue.pause()
    queue.put("first")
    queue.put("second")
    assert sent == []
    queue.resume()
    queue.put("third")
    assert sent == ["first", "second", "third"]


def test_more_than_the_limit_clogs_the_queue_and_what_comes_then_is_dropped() -> None:
    queue, sent = SendQueue(10), list[str]()
    queue.put("0123456789")
    assert not queue.clogged
    queue.put("x")
    assert queue.clogged
    queue.put("dropped")
    queue.attach(sent.append)
    assert sent == ["0123456789", "x"]
    assert not queue.clogged


def test_what_is_cleared_is_never_sent() -> None:
    queue, sent = SendQueue(5), list[str]()
    queue.put("long enough to clog")
    queue.clear()
    assert not queue.clogged
    queue.put("next")
    queue.attach(sent.append)
    assert sent == ["next"]


def test_what_waits_when_a_socket_goes_is_for_the_next_one() -> None:
    queue, first, second = SendQueue(100), list[str](), list[str]()
    queue.attach(first.append)
    queue.put("one")
    queue.detach()
    queue.put("two")
    queue.attach(second.append)
    assert (first, second) == (["one"], ["two"])


async def test_a_socket_that_has_to_be_waited_for_gets_everything_in_order() -> None:
    queue, sent = SendQueue(100), list[str]()
    done = asyncio.Event()

    async def send(text: str) -> None:
        await asyncio.sleep(0)
        sent.append(text)
        if text == "last":
            done.set()

    queue.put("waited")
    writer = asyncio.create_task(queue.drain_into(send))
    await asyncio.sleep(0)
    queue.put("first", "last")
    await asyncio.wait_for(done.wait(), 5)
    writer.cancel()
    assert sent == ["waited", "first", "last"]


async def test_a_send_that_fails_ends_the_draining() -> None:
    async def send(text: str) -> None:
        raise ConnectionResetError(text)

    queue = SendQueue(100)
    queue.put("lost")
    with pytest.raises(ConnectionResetError, match="lost"):
        await queue.drain_into(send)
