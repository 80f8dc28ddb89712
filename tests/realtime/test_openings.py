"""Whoever says the opening of a realtime call: the recording, the model or the chain, over real sockets."""

from channels.db import database_sync_to_async

from calls.agent.phrases import BACK_AGAIN, FILLER, HAND_OVER, OPTED_OUT
from calls.conversational.entries import continue_twiml
from calls.models import Call, CallEvent, ConversationStep, SpeechClip
from calls.speech.clips import mulaw
from tests.calls.vendors import Vendors
from tests.realtime.peers import Model, phoning
from tests.realtime.serving import Served
from tests.realtime.stories import rows, steps_down


async def test_fm09_an_opening_that_cannot_be_rendered_is_said_by_the_model(
    ringside: Served, model: Model, call: Call, vendors: Vendors
) -> None:
    await SpeechClip.objects.all().adelete()
    vendors.voice_is_down = True
    async with phoning(ringside) as phone:
        await phone.start(call)
        ask = await model.hears("response.create")
        assert "AI" in ask["response"]["instructions"]
        await phone.hang_up()
    assert model.problems == []


async def opened(call: Call) -> list[bool]:
    """What is on record of the opening: whether marks prove it."""
    return [event.data["proved"] for event in await rows(CallEvent.objects.filter(call=call, kind="opening_played"))]


async def first_document(call: Call) -> list[str]:
    """What the chain says first when it takes the line over."""
    document = await database_sync_to_async(continue_twiml)(call)
    assert "<Gather" in document
    return [part["text"] for part in (await ConversationStep.objects.aget(call=call, number=0)).parts]


async def test_a_model_that_says_something_else_instead_of_the_opening_loses_the_call_and_the_chain_opens_it(
    ringside: Served, model: Model, call: Call, vendors: Vendors
) -> None:
    await SpeechClip.objects.all().adelete()
    vendors.voice_is_down = True
    async with phoning(ringside, plays=False) as phone:
        await phone.start(call)
        for attempt in ("1", "2"):
            ask = await model.hears("response.create")
            assert call.opening in ask["response"]["instructions"]
            words = "Hi, this is the AI assistant of the house. Are you looking to buy or to sell a home?"
            await model.says(words, ms=4000, response=f"resp_{attempt}", item=f"item_{attempt}")
            await phone.hears("clear")
        assert await steps_down(phone, call) == "opening_not_said"
    assert await opened(call) == []
    assert " ".join(await first_document(call)) == call.opening
    assert model.problems == []


async def test_a_model_that_says_the_opening_when_asked_again_keeps_the_call(
    ringside: Served, model: Model, call: Call, vendors: Vendors
) -> None:
    await SpeechClip.objects.all().adelete()
    vendors.voice_is_down = True
    async with phoning(ringside) as phone:
        await phone.start(call)
        await model.hears("response.create")
        await model.says("Are you looking to buy?")
        await model.hears("response.create")
        await model.says(call.opening, response="resp_2", item="item_a2")
        await phone.speak()
        await model.hears("input_audio_buffer.append")
        await phone.hang_up()
        await ringside.wait_until_idle()
    assert await opened(call) == [True]


async def test_an_opening_cut_off_by_a_lost_stream_is_said_by_the_chain(
    ringside: Served, model: Model, call: Call
) -> None:
    async with phoning(ringside, plays=False) as phone:
        await phone.start(call)
        await phone.hears("mark")
        phone.drop()
        await ringside.wait_until_idle()
    assert await opened(call) == []
    assert " ".join(await first_document(call)) == call.opening


async def test_an_opening_heard_to_its_end_before_the_model_was_lost_is_not_said_again(
    ringside: Served, model: Model, call: Call
) -> None:
    model.refuses_with = 401
    async with phoning(ringside) as phone:
        await phone.start(call)
        await steps_down(phone, call)
    assert await opened(call) == [True]
    assert await first_document(call) == [BACK_AGAIN]


async def test_a_voice_that_hangs_leaves_nobody_in_silence(
    ringside: Served, model: Model, call: Call, vendors: Vendors
) -> None:
    await SpeechClip.objects.all().adelete()
    vendors.voice_hangs, vendors.voice_is_down = 2.5, True  # each of two attempts, for each of the lines
    async with phoning(ringside) as phone:
        await phone.start(call)
        ask = await model.hears("response.create")
        assert "AI" in ask["response"]["instructions"]
        await phone.hang_up()
    vendors.voice_hangs, vendors.voice_is_down = 0.0, False
    for line in (FILLER, OPTED_OUT, HAND_OVER):  # whoever still asks for them keeps the next test waiting
        await database_sync_to_async(mulaw)(line)
