"""Failure modes of other people's bridges that show at the sockets, each by its number."""

import base64
import json
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.utils.timezone import localdate
from websockets.asyncio.client import connect

from calls.models import Call, Usage
from calls.public_urls import STREAM_PATH
from leads.models import Appointment, Lead
from tests.calls.carrier_stub import Carrier, hook, sign
from tests.people import make_staff
from tests.realtime.peers import Model, phoning
from tests.realtime.serving import Served
from tests.realtime.stories import rows, talking

LOUD = b"\x10\x90"


async def configuration(model: Model) -> Any:
    """What the model was told of the caller's sound."""
    return (await model.hears("session.update"))["session"]["audio"]["input"]


async def document(name: str, call: Call) -> ElementTree.Element:
    """What the carrier gets of a webhook."""
    reply = await sync_to_async(hook)(Client(), name, call.pk, CallSid=str(call.twilio_sid), CallStatus="in-progress")
    return ElementTree.fromstring(reply.content)  # noqa: S314


async def test_fm11_sound_passes_untouched_in_pieces_of_any_size_and_nobody_paces_it(
    ringside: Served, model: Model, call: Call
) -> None:
    from_caller = [base64.b64encode(LOUD * size).decode() for size in (80, 1, 333)]
    from_model = [base64.b64encode(bytes([16 + size % 64]) * size).decode() for size in (160, 1, 1601, 4000, 79)]
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        for payload in from_caller:
            await phone.send("media", {"track": "inbound", "timestamp": "20", "payload": payload})
        assert [(await model.hears("input_audio_buffer.append"))["audio"] for _ in from_caller] == from_caller
        await model.send("response.created", response={"id": "resp_1"})
        for delta in from_model:
            await model.send("response.output_audio.delta", response_id="resp_1", item_id="item_1", delta=delta)
        assert [(await phone.hears("media"))["media"]["payload"] for _ in from_model] == from_model
        await phone.hang_up()


async def test_fm12_the_recognizer_gets_the_lines_own_sound_and_the_names_that_may_be_said(
    ringside: Served, model: Model, call: Call
) -> None:
    async with phoning(ringside) as phone:
        await phone.start(call)
        told = await configuration(model)
        await phone.hang_up()
    assert told["format"] == {"type": "audio/pcmu"}
    assert {"Maria", "Lopez"} <= set(told["transcription"]["keywords"])


@pytest.mark.parametrize(("language", "pinned"), [("en-US", "en"), ("es-US", "es")])
async def test_fm13_the_recognizer_is_told_the_language(
    ringside: Served, model: Model, call: Call, language: str, pinned: str
) -> None:
    await Lead.objects.filter(pk=call.lead_id).aupdate(language=language)
    async with phoning(ringside) as phone:
        await phone.start(call)
        assert (await configuration(model))["transcription"]["language"] == pinned
        await phone.hang_up()


async def test_fm16_a_hang_up_the_carrier_refuses_is_one_by_the_document_after_the_stream(
    ringside: Served, model: Model, call: Call, carrier: Carrier
) -> None:
    carrier.will_refuse(500, 20500, "Internal error")
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        await model.send("response.created", response={"id": "resp_1"})
        await model.voice("Goodbye.")
        await model.calls("end_call", {"disposition": "not_interested", "summary": "Bye.", "next_action": None})
        await model.ends()
        await phone.inbox.closed()
    assert [update.form for update in carrier.updates()] == [{"Status": "completed"}]
    assert [verb.tag for verb in await document("twilio_continue", call)] == ["Hangup"]


async def test_fm16_nothing_after_the_stream_holds_the_line(ringside: Served, model: Model, call: Call) -> None:
    verbs = [verb.tag for verb in (await document("twilio_voice", call)).iter()]
    assert "Pause" not in verbs
    assert verbs[-1] == "Redirect"


async def use(model: Model, name: str, arguments: dict[str, Any], *, call: str) -> dict[str, Any]:
    """The model calls a tool; what it is told, once nothing was asked of it before."""
    await model.send("response.created", response={"id": f"resp_{call}"})
    await model.calls(name, arguments, response=f"resp_{call}", call=call)
    await model.ends(f"resp_{call}")
    told = await model.inbox.expect(lambda event: event["type"] in ("response.create", "conversation.item.create"))
    output: dict[str, Any] = json.loads(told["item"]["output"])
    return output


async def test_fm21_the_model_may_speak_of_a_booking_when_its_row_is_there_and_not_before(
    ringside: Served, model: Model, call: Call
) -> None:
    omar = await sync_to_async(make_staff)("omar", phone="+15125550190", first_name="Omar")
    await Lead.objects.filter(pk=call.lead_id).aupdate(owner=omar)
    days = {"date_from": str(localdate() + timedelta(1)), "date_to": str(localdate() + timedelta(10))}
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        offer = await use(model, "check_availability", {"type": "buyer_consult"} | days, call="c1")
        await model.hears("response.create")
        agreed = {
            "slot_id": offer["data"]["slots"][0]["slot_id"],
            "attendee_name": "Maria",
            "confirm_phrase": "Yes, do.",
        }
        answer = await use(model, "schedule_appointment", {"type": "buyer_consult"} | agreed, call="c2")
        booked = await rows(Appointment.objects.filter(call_id=call.pk, status="confirmed"))
        await phone.hang_up()
    assert (answer["ok"], len(booked)) == (True, 1)


async def test_fm23_a_key_is_a_turn_of_the_caller_and_not_the_end_of_the_call(
    ringside: Served, model: Model, call: Call
) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        for digit in "42#":
            await phone.send("dtmf", {"track": "inbound_track", "digit": digit})
        told = (await model.hears("conversation.item.create"))["item"]
        await model.hears("response.create")
        await model.says("Forty-two it is.")
        await phone.hears("media")
        await phone.hang_up()
    assert "42" in told["content"][0]["text"]
    assert told["role"] == "user"


@pytest.mark.parametrize("variant", ["", "/"])
async def test_fm24_a_handshake_is_believed_with_or_without_a_slash_after_the_address_we_gave(
    ringside: Served, call: Call, variant: str
) -> None:
    headers = {"x-twilio-signature": sign(f"wss://ringside.example{STREAM_PATH}{variant}", {})}
    address = f"ws://{ringside.address}{STREAM_PATH}"
    async with connect(address, additional_headers=headers, proxy=None) as socket:
        assert socket.response is not None
        assert socket.response.status_code == 101


async def test_fm25_a_response_the_caller_cut_off_is_paid_for_too_and_its_cached_part_is_a_part(
    ringside: Served, model: Model, call: Call
) -> None:
    cached = {"text_tokens": 40, "audio_tokens": 30}
    given = {"text_tokens": 50, "audio_tokens": 50, "cached_tokens": 70, "cached_tokens_details": cached}
    usage = {"input_token_details": given, "output_token_details": {"text_tokens": 5, "audio_tokens": 20}}
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        await model.send("response.created", response={"id": "resp_1"})
        await model.send("input_audio_buffer.speech_started", item_id="item_u1", audio_start_ms=0)
        await model.ends(
            status="cancelled", status_details={"type": "cancelled", "reason": "turn_detected"}, usage=usage
        )
        await phone.hang_up()
        await ringside.wait_until_idle()
    booked = {row.meter: int(row.quantity) for row in await rows(Usage.objects.filter(call=call, key="resp_1"))}
    assert booked == {
        "openai.text_in": 10,
        "openai.text_cached": 40,
        "openai.audio_in": 20,
        "openai.audio_cached": 30,
        "openai.text_out": 5,
        "openai.audio_out": 20,
    }
