"""A realtime call over real sockets: the right to a stream, the conversation and endings."""

import asyncio
import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from calls.models import Call, CallEvent, ToolUse, Turn, Usage
from leads.models import Lead, Suppression
from tests.calls.carrier_stub import Carrier
from tests.calls.vendors import Vendors
from tests.realtime.peers import Model, Phone, phoning
from tests.realtime.serving import Served
from tests.realtime.stories import carrier_was_asked_to_hang_up, rows, talking

# --- who may stream ---------------------------------------------------------------------------------------------------


async def test_a_handshake_the_carrier_did_not_sign_is_refused(ringside: Served, call: Call) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(f"ws://{ringside.address}/api/realtime/media-stream", proxy=None):
            pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"parameters": {"token": "another"}},
        {"parameters": {"call": "6e9e7ae5-0000-4000-8000-000000000000"}},
        {"parameters": {"call": "nonsense"}},
        {"callSid": "CA" + "f" * 32},
    ],
)
async def test_a_stream_without_the_calls_token_is_closed_before_a_model_is_asked(
    ringside: Served, model: Model, call: Call, changes: dict[str, Any]
) -> None:
    async with phoning(ringside) as phone:
        await phone.start(call, **changes)
        await phone.inbox.closed()
        assert phone.close_code == 1008
    assert model.sessions == 0


async def test_fm17_a_token_opens_one_stream(ringside: Served, model: Model, call: Call) -> None:
    async with phoning(ringside) as first, phoning(ringside) as second:
        await first.start(call)
        await first.hears("media")
        await second.start(call)
        await second.inbox.closed()
        assert second.close_code == 1008
        await first.hang_up()


async def test_a_call_that_has_ended_gets_no_stream(ringside: Served, model: Model, call: Call) -> None:
    await sync_to_async(Call.objects.filter(pk=call.pk).update)(status="canceled", ended_at=call.answered_at)
    async with phoning(ringside) as phone:
        await phone.start(call)
        await phone.inbox.closed()
        assert phone.close_code == 1008


@pytest.mark.parametrize("before", ["{}", "x", '{"event":"media"}', b"bytes"])
async def test_a_stream_that_does_not_begin_with_its_start_is_refused(
    ringside: Served, model: Model, call: Call, before: str | bytes
) -> None:
    async with phoning(ringside) as phone:
        for _ in range(20):
            await phone.send_raw(before)
        await phone.inbox.closed()
        assert phone.close_code == 1008
    assert model.sessions == 0


# --- the conversation -------------------------------------------------------------------------------------------------


async def test_fm08_the_opening_is_on_the_line_before_the_model_knows_of_the_call(
    ringside: Served, model: Model, call: Call, vendors: Vendors
) -> None:
    model.silent = True
    async with phoning(ringside) as phone:
        await phone.start(call)
        await phone.hears("media")
        await phone.hears("mark")
        assert any("AI" in text for text in vendors.spoken)
        await phone.hang_up()


async def test_an_opening_fixed_while_the_phone_rang_is_said_as_it_was(
    ringside: Served, model: Model, call: Call, vendors: Vendors
) -> None:
    await database_sync_to_async(Lead.objects.filter(pk=call.lead_id).update)(first_name="Somebody Else")
    vendors.spoken.clear()
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        await phone.hang_up()
        await ringside.wait_until_idle()
    assert vendors.spoken == []
    assert (await Turn.objects.aget(call=call)).text == call.opening


async def test_fm09_the_model_is_configured_told_the_opening_and_then_hears_the_caller(
    ringside: Served, model: Model, call: Call
) -> None:
    async with phoning(ringside) as phone:
        await phone.start(call)
        await phone.speak(3)
        await model.hears("session.update")
        opening = (await model.hears("conversation.item.create"))["item"]
        await model.hears("input_audio_buffer.append")
        assert (opening["role"], opening["content"][0]["type"]) == ("assistant", "output_text")
        await phone.hang_up()
        await asyncio.wait_for(model.gone.wait(), 2)
    session = model.inbox.seen[0]["session"]
    assert session["audio"]["input"]["format"] == session["audio"]["output"]["format"] == {"type": "audio/pcmu"}
    assert {tool["name"] for tool in session["tools"]} >= {"search_listings", "schedule_appointment", "end_call"}
    assert model.problems == []


async def test_both_sides_are_kept_as_they_were_heard(ringside: Served, model: Model, call: Call) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        await model.hears_caller("Yes, this is a good time.")
        await model.says("Great. What area are you looking in?")
        await phone.hears("mark", times=2)
        await phone.hang_up()
        await ringside.wait_until_idle()
    turns = await rows(Turn.objects.filter(call=call))
    assert [(turn.speaker, turn.text) for turn in turns][1:] == [
        ("lead", "Yes, this is a good time."),
        ("agent", "Great. What area are you looking in?"),
    ]
    assert turns[0].speaker == "agent"
    assert turns[0].latency_ms is None


async def test_an_interruption_clears_the_line_and_corrects_the_models_memory_and_the_transcript(
    ringside: Served, model: Model, call: Call
) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        phone.plays = False
        await model.says("one two three four five six seven eight nine ten", ms=60_000)
        first = await phone.hears("mark")
        await phone.send("mark", first["mark"])  # so much was played at least
        while not await Turn.objects.filter(call=call, item_id="item_a1").aexists():  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.02)
        model.inbox.forget()
        await phone.speak()
        await model.hears("input_audio_buffer.append")  # and the mark before it has been taken in
        await model.send("input_audio_buffer.speech_started", item_id="item_u1", audio_start_ms=0)
        await phone.hears("clear")
        cut = await model.hears("conversation.item.truncate")
        assert 200 <= cut["audio_end_ms"] <= 3000
        await phone.hang_up()
        await ringside.wait_until_idle()
    turn = await Turn.objects.aget(call=call, item_id="item_a1")
    assert (turn.text, turn.interrupted) == ("", True)
    assert turn.generated_text.endswith("ten")


async def test_a_tool_runs_beside_the_conversation_and_its_answer_is_asked_about(
    ringside: Served, model: Model, call: Call
) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        await model.send("response.created", response={"id": "resp_1"})
        await model.calls("no_such_tool", {})
        await model.ends()
        output = (await model.inbox.expect(lambda m: m.get("item", {}).get("type") == "function_call_output"))["item"]
        await model.hears("response.create")
        assert json.loads(output["output"])["error"]["code"] == "UNKNOWN_TOOL"
        await phone.hang_up()
    assert await ToolUse.objects.filter(call=call).acount() == 1
    assert model.problems == []


async def test_usage_is_booked_once_per_response(ringside: Served, model: Model, call: Call) -> None:
    details = {"text_tokens": 50, "audio_tokens": 50, "cached_tokens": 0}
    usage = {"input_token_details": details, "output_token_details": {"text_tokens": 5, "audio_tokens": 20}}
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        await model.send("response.created", response={"id": "resp_1"})
        await model.voice("Hello.")
        await model.ends(usage=usage)
        await model.ends(usage=usage)
        await phone.hang_up()
        await ringside.wait_until_idle()
    booked = {row.meter: int(row.quantity) for row in await rows(Usage.objects.filter(call=call, key="resp_1"))}
    assert booked == {"openai.text_in": 50, "openai.audio_in": 50, "openai.text_out": 5, "openai.audio_out": 20}


# --- bad input --------------------------------------------------------------------------------------------------------


async def test_media_before_the_start_is_of_no_consequence(ringside: Served, model: Model, call: Call) -> None:
    async with phoning(ringside) as phone:
        await phone.speak(5)
        await phone.start(call)
        heard = await phone.hears("media")
        assert heard["media"]["payload"]
        await phone.hang_up()
    assert model.problems == []


# --- endings ----------------------------------------------------------------------------------------------------------


async def test_the_goodbye_is_heard_before_the_carrier_hangs_up(
    ringside: Served, model: Model, call: Call, carrier: Carrier
) -> None:
    carrier.calls[str(call.twilio_sid)] = {"sid": call.twilio_sid, "status": "in-progress"}
    async with phoning(ringside, plays=False) as phone:
        await phone.start(call)
        await echo_until_quiet(phone, model)
        await model.send("response.created", response={"id": "resp_1"})
        await model.voice("Goodbye.")
        await model.calls("end_call", {"disposition": "not_interested", "summary": "Bye.", "next_action": None})
        await model.ends()
        last = await phone.hears("mark", times=2)
        await model.inbox.expect(lambda m: m.get("item", {}).get("type") == "function_call_output")
        assert carrier.updates() == []
        await phone.send("mark", last["mark"])
        await phone.inbox.closed()
    assert carrier_was_asked_to_hang_up(carrier)
    assert await CallEvent.objects.filter(call=call, kind="goodbye").acount() == 1


async def echo_until_quiet(phone: Phone, model: Model) -> None:
    """Give the opening's marks back until the model is told of it."""
    echoing = asyncio.create_task(_echo(phone))
    await model.hears("conversation.item.create")
    echoing.cancel()


async def _echo(phone: Phone) -> None:
    while True:
        await phone.send("mark", (await phone.hears("mark"))["mark"])


async def test_fm17_a_caller_who_hangs_up_leaves_no_model_session_open(
    ringside: Served, model: Model, call: Call, carrier: Carrier
) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        await phone.hang_up()
        await asyncio.wait_for(model.gone.wait(), 2)
    assert carrier.updates() == []


@pytest.mark.parametrize("how", ["key", "word"])
async def test_a_caller_who_says_stop_is_never_called_again_and_the_call_ends(
    ringside: Served, model: Model, call: Call, carrier: Carrier, vendors: Vendors, how: str
) -> None:
    carrier.calls[str(call.twilio_sid)] = {"sid": call.twilio_sid, "status": "in-progress"}
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        if how == "key":
            await phone.send("dtmf", {"track": "inbound_track", "digit": "9"})
        else:
            await model.hears_caller("Stop calling me.")
        await phone.inbox.closed()
    assert await Suppression.objects.filter(phone=call.to_number).aexists()
    assert carrier_was_asked_to_hang_up(carrier)
    assert any("call you again" in text for text in vendors.spoken)
