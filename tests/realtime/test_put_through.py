"""A realtime call that goes to a colleague, or comes back from a machine, over real sockets."""

import pytest
from channels.db import database_sync_to_async
from django.contrib.auth.models import User
from pytest_django import Settings

from calls.agent.phrases import HAND_OVER, NOBODY_FREE
from calls.agent.recap import HEADING
from calls.call_flows import warm_transfer
from calls.call_flows.answering_machine import overheard_twiml, record_answered_by
from calls.models import Call, CallEvent, EngineSpan, Transfer, Turn
from calls.understanding.recognition_results import RecognitionResult
from leads.models import Lead
from realtime.session.setup import PERSON_CAME_NOTE
from tests.calls.carrier_stub import Carrier
from tests.calls.vendors import Vendors
from tests.people import at_work
from tests.realtime.peers import Model, Phone, phoning
from tests.realtime.serving import Served
from tests.realtime.stories import rows, talking


@pytest.fixture
def owned(call: Call, omar: User) -> Call:
    """The call of a lead whose owner is at work."""
    Lead.objects.filter(pk=call.lead_id).update(owner=at_work(omar))
    return call


async def put_through(phone: Phone, model: Model, *, words: str = "") -> None:
    """The model calls the tool, perhaps after saying so."""
    await model.send("response.created", response={"id": "resp_1"})
    if words:
        await model.voice(words)
    await model.calls("transfer_to_human", {"reason": "request", "summary": "Wants to talk about the fee."})
    await model.ends()


@pytest.mark.parametrize("words", ["I'm putting you through.", ""])
async def test_a_transfer_is_announced_and_then_the_line_goes_on_to_the_colleague(
    ringside: Served, model: Model, owned: Call, vendors: Vendors, carrier: Carrier, words: str
) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, owned)
        await put_through(phone, model, words=words)
        await phone.hears("media")
        await phone.inbox.closed()
        assert phone.close_code == 1000
    said = await rows(Turn.objects.filter(call=owned, speaker="agent"))
    assert said[-1].text == (words or HAND_OVER)
    assert (await Transfer.objects.aget(call=owned)).status == "asked"
    assert not await CallEvent.objects.filter(call=owned, kind="fallback").aexists()
    assert carrier.updates() == []


async def test_an_agent_that_comes_back_knows_all_that_was_said_and_done_and_does_not_open_again(
    ringside: Served, model: Model, owned: Call, vendors: Vendors
) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, owned)
        await model.hears_caller("Let me talk to a person.")
        await put_through(phone, model, words="I'm putting you through.")
        await phone.inbox.closed()
    await database_sync_to_async(nobody_answers)(owned)
    model.inbox.forget()
    async with phoning(ringside) as phone:
        await phone.start(owned)
        told = [(await model.hears("conversation.item.create"))["item"] for _ in range(6)]
        assert [item["type"] for item in told].count("function_call") == 1
        assert [item["type"] for item in told].count("function_call_output") == 1
        spoken = [part["text"] for item in told for part in item.get("content", ())]
        assert spoken[0].startswith("Hi, I'm Riley, an AI")
        assert spoken[1:] == ["Let me talk to a person.", "I'm putting you through.", NOBODY_FREE]
        await phone.hang_up()
        await ringside.wait_until_idle()
    assert model.problems == []
    texts = [turn.text for turn in await rows(Turn.objects.filter(call=owned).order_by("position", "id"))]
    assert texts[-1] == NOBODY_FREE
    assert sum(text.startswith("Hi, I'm Riley") for text in texts) == 1
    engines = [span.engine for span in await rows(EngineSpan.objects.filter(call=owned))]
    assert engines == ["realtime", "ringing", "realtime"]


async def test_an_agent_that_comes_back_to_a_long_call_is_told_its_older_part_in_the_instructions(
    ringside: Served, model: Model, owned: Call, vendors: Vendors, settings: Settings
) -> None:
    settings.CHAT_HISTORY_TOKENS = 1
    async with phoning(ringside) as phone:
        await talking(phone, model, owned)
        await model.hears_caller("We need a fenced yard.")
        await model.hears_caller("Let me talk to a person.", item="item_u2")
        await put_through(phone, model, words="I'm putting you through.")
        await phone.inbox.closed()
    await database_sync_to_async(nobody_answers)(owned)
    model.inbox.forget()
    async with phoning(ringside) as phone:
        await phone.start(owned)
        asked = await model.hears("session.update")
        assert "- Caller: We need a fenced yard." not in asked["session"]["instructions"]  # no room for it
        assert HEADING in asked["session"]["instructions"]
        told = [(await model.hears("conversation.item.create"))["item"] for _ in range(6)]
        spoken = [part["text"] for item in told for part in item.get("content", ())]
        assert spoken[0].startswith("Hi, I'm Riley, an AI")
        assert spoken[1:] == ["Let me talk to a person.", "I'm putting you through.", NOBODY_FREE]
        await phone.hang_up()
        await ringside.wait_until_idle()
    assert model.problems == []


async def test_fm22_the_person_after_a_machine_hears_the_opening_on_a_stream_of_their_own(
    ringside: Served, model: Model, call: Call, vendors: Vendors, carrier: Carrier
) -> None:
    carrier.calls[str(call.twilio_sid)] = {"sid": call.twilio_sid, "status": "in-progress"}
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        assert await database_sync_to_async(record_answered_by)(call, "machine_start")
        await phone.hang_up()
        await ringside.wait_until_idle()
    await database_sync_to_async(gives_way)(call)
    model.inbox.forget()
    async with phoning(ringside) as phone:
        await phone.start(call)
        asked = await model.hears("session.update")
        assert PERSON_CAME_NOTE in asked["session"]["instructions"]
        await phone.hang_up()
        await ringside.wait_until_idle()
    assert model.problems == []
    texts = [turn.text for turn in await rows(Turn.objects.filter(call=call).order_by("position", "id"))]
    assert sum(text.startswith("Hi, I'm Riley") for text in texts) == 2
    engines = [span.engine for span in await rows(EngineSpan.objects.filter(call=call))]
    assert engines == ["realtime", "machine", "realtime"]


def gives_way(call: Call) -> None:
    """The carrier's part: the machine is heard out, and then a person says hello."""
    overheard_twiml(call, 0, RecognitionResult())
    overheard_twiml(call, 1, RecognitionResult("Hello?", 0.9))
    call.refresh_from_db()


def nobody_answers(call: Call) -> None:
    """The carrier's part: it rings the colleague, and 20 s later asks what to do next."""
    warm_transfer.ring_twiml(call)
    warm_transfer.transfer_over_twiml(call.transfers.get(), bridged=False)
    call.refresh_from_db()
