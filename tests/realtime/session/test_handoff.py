"""How the engine leaves a call: what is written down before the socket is closed, and who hangs up."""

import asyncio
import threading
from typing import Any

import pytest
from channels.db import database_sync_to_async

from calls.database.writes import take_in
from calls.models import Call
from realtime.bridge.vocabulary.actions import FallBack, Finish
from realtime.session.handoff import WRITTEN_S, hand_off
from realtime.session.thread_pool import THREADS, in_thread
from realtime.transport.carrier_socket import CarrierSocket
from tests.calls.carrier_stub import Carrier
from tests.calls.outage import database_away_for_all, nothing_taken_in_by_itself


class Stream:
    """A carrier's socket that notes what had been written down when it was closed."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self.written: list[str] = []
        self.closed = False
        self.closing = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        raise AssertionError

    async def send(self, message: dict[str, Any]) -> None:
        assert message["type"] == "websocket.close"
        self.closing.set()
        self.written = await database_sync_to_async(self._kinds)()
        self.closed = True

    def _kinds(self) -> list[str]:
        noted = ("engine_left", "fallback", "goodbye")
        return list(self._call.events.filter(kind__in=noted).order_by("pk").values_list("kind", flat=True))


async def leave(call: Call, ending: FallBack | Finish) -> Stream:
    stream = Stream(call)
    await hand_off(call, ending, CarrierSocket(stream.receive, stream.send))
    assert stream.closed
    return stream


@pytest.fixture
def known(call: Call, carrier: Carrier) -> Call:
    carrier.calls[str(call.twilio_sid)] = {"sid": call.twilio_sid, "status": "in-progress"}
    return call


async def test_a_fallback_is_noted_before_the_socket_closes_and_the_line_stays(known: Call, carrier: Carrier) -> None:
    stream = await leave(known, FallBack("stalled"))
    assert stream.written == ["engine_left", "fallback"]
    assert carrier.updates() == []


async def test_after_a_goodbye_the_carrier_is_asked_to_hang_up(known: Call, carrier: Carrier) -> None:
    stream = await leave(known, Finish("silence"))
    assert stream.written == ["engine_left", "goodbye"]
    assert [update.form for update in carrier.updates()] == [{"Status": "completed"}]


@pytest.mark.parametrize("ending", [Finish("hung_up"), Finish("never_started"), FallBack("transfer")])
async def test_nothing_else_is_noted_of_a_caller_who_left_or_a_transfer(
    known: Call, carrier: Carrier, ending: FallBack | Finish
) -> None:
    stream = await leave(known, ending)
    assert stream.written == ["engine_left"]
    assert carrier.updates() == []


async def test_a_hang_up_the_carrier_refuses_leaves_the_document_to_do_it(known: Call, carrier: Carrier) -> None:
    carrier.will_refuse(400, 21220, "Call is not in-progress")
    stream = await leave(known, Finish("goodbye"))
    assert stream.written == ["engine_left", "goodbye"]


@pytest.mark.django_db(transaction=True)
async def test_whoever_was_said_goodbye_to_is_hung_up_while_the_database_is_away(known: Call, carrier: Carrier) -> None:
    stream = Stream(known)
    with nothing_taken_in_by_itself():
        with database_away_for_all():
            socket = CarrierSocket(stream.receive, _closes)
            await hand_off(known, Finish("opted_out"), socket)
        assert [update.form for update in carrier.updates()] == [{"Status": "completed"}]
        await database_sync_to_async(take_in)(seconds=5.0)
    assert await database_sync_to_async(stream._kinds)() == ["engine_left", "goodbye"]


async def _closes(message: dict[str, Any]) -> None:
    assert message["type"] == "websocket.close"


async def test_who_waits_for_the_next_engine_does_not_wait_for_rows_that_take_long(known: Call) -> None:
    """All threads that write are busy, as with a database that hangs: the line goes on, and all is written later."""
    free = threading.Event()
    busy = [asyncio.ensure_future(in_thread(free.wait)(30)) for _ in range(THREADS)]
    began = asyncio.get_running_loop().time()
    stream = Stream(known)
    leaving = asyncio.ensure_future(hand_off(known, FallBack("stalled"), CarrierSocket(stream.receive, stream.send)))
    await asyncio.wait_for(stream.closing.wait(), WRITTEN_S + 5)
    assert asyncio.get_running_loop().time() - began < WRITTEN_S + 1
    assert stream.written == []
    free.set()
    await asyncio.gather(leaving, *busy)
    assert await database_sync_to_async(stream._kinds)() == ["engine_left", "fallback"]
