"""How a call session ends when nobody says goodbye: nothing stays open, whoever fell silent."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from django.utils.timezone import now
from pytest_django import Settings

from calls.agent.phrases import SURE_TO_STOP
from calls.models import Call, CallEvent
from leads.models import Suppression
from realtime.media_stream import _await_start
from realtime.session.call_session import CallSession
from realtime.session.setup import set_up
from realtime.session.thread_pool import in_thread
from realtime.transport.carrier_socket import CarrierSocket
from tests.calls.carrier_stub import Carrier
from tests.realtime.peers import Model, Phone, phoning
from tests.realtime.serving import Served, serving

GONE_SECONDS = 2.0  # a model's session may outlive its call by so much


async def impatient(scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
    """Hold a call as the media stream does, with a phone that may be silent for half a second only."""
    await receive()
    await send({"type": "websocket.accept"})
    phone = CarrierSocket(receive, send)
    start = await _await_start(phone)
    assert start is not None
    setup = await in_thread(set_up)(start, now())
    assert setup is not None
    await CallSession(replace(setup, limits=replace(setup.limits, media_s=0.5)), start, phone).run()


@pytest_asyncio.fixture
async def impatient_server(transactional_db: None, model: Model) -> AsyncIterator[Served]:
    """It gives a silent phone up soon."""
    async with serving(impatient) as server:
        yield server


@pytest.fixture
def known(call: Call, carrier: Carrier) -> Call:
    """The call, which the carrier knows too."""
    carrier.calls[str(call.twilio_sid)] = {"sid": call.twilio_sid, "status": "in-progress"}
    return call


async def listening(phone: Phone, model: Model, call: Call) -> None:
    """Past the opening: the model listens."""
    await phone.start(call)
    await model.hears("conversation.item.create")
    await phone.speak()
    await model.hears("input_audio_buffer.append")


def was_asked_to_hang_up(carrier: Carrier) -> bool:
    return [update.form for update in carrier.updates()] == [{"Status": "completed"}]


async def test_a_phone_from_which_nothing_comes_any_more_is_hung_up(
    impatient_server: Served, model: Model, known: Call, carrier: Carrier
) -> None:
    async with phoning(impatient_server) as phone:
        await phone.start(known)
        await phone.inbox.closed()
        await asyncio.wait_for(model.gone.wait(), GONE_SECONDS)
        await impatient_server.wait_until_idle()
    assert was_asked_to_hang_up(carrier)
    assert (await CallEvent.objects.aget(call=known, kind="goodbye")).data["reason"] == "no_media"


async def test_a_call_near_its_limit_is_ended_with_a_goodbye(
    ringside: Served, model: Model, known: Call, carrier: Carrier, settings: Settings
) -> None:
    settings.MAX_CALL_SECONDS = 27  # the goodbye comes 25 s before it
    async with phoning(ringside) as phone:
        await listening(phone, model, known)
        await model.inbox.expect(lambda event: "goodbye" in str(event.get("response", {}).get("instructions")))
        await model.says("Goodbye, Maria.")
        await phone.inbox.closed()
        await ringside.wait_until_idle()
    assert was_asked_to_hang_up(carrier)
    assert (await CallEvent.objects.aget(call=known, kind="goodbye")).data["reason"] == "max_duration"


async def hangs_up(phone: Phone) -> None:
    await phone.hang_up()


async def is_cut_off(phone: Phone) -> None:
    phone._socket.transport.abort()


async def says_stop(phone: Phone) -> None:
    await phone.send("dtmf", {"track": "inbound_track", "digit": "9"})


@pytest.mark.parametrize("ends", [hangs_up, is_cut_off, says_stop])
async def test_however_the_call_ends_no_session_of_the_model_stays(
    ringside: Served, model: Model, known: Call, ends: Callable[[Phone], Awaitable[None]]
) -> None:
    async with phoning(ringside) as phone:
        await listening(phone, model, known)
        await ends(phone)
        await phone.inbox.closed()
        await asyncio.wait_for(model.gone.wait(), GONE_SECONDS)
        await ringside.wait_until_idle()
    assert model.gone.is_set()


async def test_a_stop_with_more_words_behind_it_is_asked_about_and_a_yes_ends_the_call(
    ringside: Served, model: Model, known: Call, carrier: Carrier
) -> None:
    async with phoning(ringside) as phone:
        await listening(phone, model, known)
        await model.hears_caller("Wait, stop, one question.")
        await model.says("Of course.")
        await model.inbox.expect(lambda event: SURE_TO_STOP in str(event.get("response", {}).get("instructions")))
        assert not await Suppression.objects.aexists()
        await model.says(SURE_TO_STOP, response="resp_2", item="item_a2")
        await model.hears_caller("Yes.", item="item_u2")
        await phone.inbox.closed()
        await ringside.wait_until_idle()
    assert was_asked_to_hang_up(carrier)
    assert (await Suppression.objects.aget()).phone == known.to_number


async def test_who_hangs_up_before_it_is_cleared_up_is_left_alone(
    ringside: Served, model: Model, known: Call, carrier: Carrier
) -> None:
    async with phoning(ringside) as phone:
        await listening(phone, model, known)
        await model.hears_caller("Stop, hold on a second")
        await model.says("Of course.")
        await model.inbox.expect(lambda event: SURE_TO_STOP in str(event.get("response", {}).get("instructions")))
        await phone.hang_up()
        await ringside.wait_until_idle()
    assert (await Suppression.objects.aget()).reason == Suppression.Reason.VERBAL_REQUEST
