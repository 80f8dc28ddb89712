"""A realtime call whose model refuses, is lost, falls mute or has no quota left, over real sockets."""

import asyncio

from calls.models import Call, CallEvent, EngineSpan, Turn
from realtime.bridge.liveness import UNNOTICED_FRAMES
from tests.calls.carrier_stub import Carrier
from tests.realtime.bridge.driver import noise
from tests.realtime.peers import Model, phoning
from tests.realtime.serving import Served
from tests.realtime.stories import steps_down, talking


async def test_a_model_that_refuses_us_costs_the_caller_nothing_but_the_voice(
    ringside: Served, model: Model, call: Call, carrier: Carrier
) -> None:
    model.refuses_with = 401
    async with phoning(ringside) as phone:
        await phone.start(call)
        await phone.hears("media")
        assert await steps_down(phone, call) == "refused_401"
    assert carrier.updates() == []
    assert await Turn.objects.filter(call=call, speaker="agent").acount() == 1


async def test_a_lost_session_is_replaced_by_one_that_knows_what_was_said(
    ringside: Served, model: Model, call: Call
) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        await model.hears_caller("Hello?")
        await model.says("Which part of town do you like?")
        await phone.hears("mark", times=2)
        await model.lose_the_line()
        await model.hears("session.update")
        told = [(await model.hears("conversation.item.create"))["item"]["content"][0]["text"] for _ in range(3)]
        assert told[1:] == ["Hello?", "Which part of town do you like?"]
        await phone.speak()
        await model.hears("input_audio_buffer.append")
        await phone.hang_up()
        await ringside.wait_until_idle()
    assert model.sessions == 2
    assert not await CallEvent.objects.filter(call=call, kind="fallback").aexists()


async def test_a_session_that_stays_open_and_notices_nobody_is_left_for_a_new_one(
    ringside: Served, model: Model, call: Call
) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        await model.says("Which part of town do you like?")
        await phone.hears("mark", times=2)
        model.silent = True
        for _ in range(UNNOTICED_FRAMES):
            await phone.send("media", {"track": "inbound", "payload": noise(20)})
        assert (await model.hears("session.update"))["session"] == {"type": "realtime"}
        await asyncio.wait_for(model.gone.wait(), 10)
        model.silent = False
        asked = await model.inbox.expect(lambda event: "say it again" in str(event.get("response", {})))
        assert asked["type"] == "response.create"
        await phone.hang_up()
        await ringside.wait_until_idle()
    assert model.sessions == 2


async def test_a_model_lost_for_good_closes_the_stream_with_the_transcript_written(
    ringside: Served, model: Model, call: Call, carrier: Carrier
) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        await model.says("Which part of town do you like?")
        await phone.hears("mark", times=2)
        model.refuses_with = 503
        await model.lose_the_line()
        assert await steps_down(phone, call) == "refused_503"
        turn = await Turn.objects.alatest("position")
        assert turn.text == "Which part of town do you like?"
    assert carrier.updates() == []
    assert await EngineSpan.objects.filter(call=call, engine="realtime").acount() == 1


async def test_an_exhausted_quota_steps_down_at_once(ringside: Served, model: Model, call: Call) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        await model.send("response.created", response={"id": "resp_1"})
        error = {"type": "insufficient_quota", "code": "insufficient_quota", "message": "no"}
        await model.ends(status="failed", status_details={"type": "failed", "error": error})
        assert await steps_down(phone, call) == "insufficient_quota"
