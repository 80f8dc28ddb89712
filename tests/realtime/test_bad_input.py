"""What a peer of the media stream may send by mistake or malice: bounded, one line in the log, nobody in silence."""

import base64
import json
from contextlib import suppress
from typing import Any
from xml.etree import ElementTree

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from websockets.exceptions import ConnectionClosed

from calls.models import Call, CallEvent
from realtime.session.call_session import MOST_COMPLAINTS
from tests.calls.carrier_stub import hook
from tests.realtime.peers import FRAME, Model, Phone, phoning
from tests.realtime.serving import Served
from tests.realtime.stories import steps_down, talking

NONSENSE = (
    "",
    "{",
    "[]",
    "null",
    '"media"',
    b"\x00\x01",
    "\x00",
    "[" * 50_000,
    '{"event":"party"}',
    '{"event":null}',
    '{"event":"mark"}',
    '{"event":"mark","mark":{"name":5}}',
    '{"event":"dtmf","dtmf":{"digit":"<script>"}}',
    '{"event":"media"}',
    '{"event":"media","media":[]}',
    '{"event":"media","media":{"payload":"?"}}',
    '{"event":"media","media":{"payload":"////\\"}"}}',
    '{"event":"media","media":{"payload":NaN,"timestamp":Infinity}}',
)
MODEL_NONSENSE = (
    "{",
    b"\x00\x01",
    "[]",
    '{"type":null}',
    '{"type":"response.unheard_of"}',
    '{"type":"response.created"}',
    '{"type":"response.done","response":{"id":"r","status":[]}}',
    '{"type":"response.output_audio.delta","response_id":1,"item_id":null,"delta":NaN}',
    '{"type":"response.output_audio.delta","response_id":"r","item_id":"i","delta":"\\"}{"}',
    '{"type":"input_audio_buffer.speech_started","item_id":"i","audio_start_ms":NaN}',
    '{"type":"input_audio_buffer.speech_stopped","item_id":"i","audio_end_ms":-1e999}',
    '{"type":"error"}',
)


def complaints(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """What the log says of peers that broke the protocol."""
    messages = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    return [message for message in messages if message["event"] == "bridge complaint"]


async def still_talks(phone: Phone, model: Model) -> None:
    """Both ways are open."""
    await phone.speak()
    await model.hears("input_audio_buffer.append")
    await model.says("Still here?", response="resp_still", item="item_still")
    await phone.hears("media")


async def what_the_caller_hears_next(call: Call) -> list[str]:
    """The verbs of the document behind the stream."""
    reply = await sync_to_async(hook)(Client(), "twilio_continue", call.pk, CallSid=str(call.twilio_sid))
    return [verb.tag for verb in ElementTree.fromstring(reply.content).iter()][1:]  # noqa: S314


async def test_nonsense_from_the_carrier_is_dropped(ringside: Served, model: Model, call: Call) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        for nonsense in NONSENSE:
            await phone.send_raw(nonsense)
        await still_talks(phone, model)
        await phone.hang_up()
    assert model.problems == []


async def test_nonsense_from_the_model_is_dropped(ringside: Served, model: Model, call: Call) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        for nonsense in MODEL_NONSENSE:
            await model.send_raw(nonsense)
        await still_talks(phone, model)
        await phone.hang_up()
    assert model.sessions == 1


async def test_a_flood_of_nonsense_is_a_few_lines_in_the_log_and_none_of_its_content(
    ringside: Served, model: Model, call: Call, caplog: pytest.LogCaptureFixture
) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        for number in range(500):
            await phone.send_raw(json.dumps({"event": f"secret {number}"}))
        await still_talks(phone, model)
        await phone.hang_up()
        await ringside.wait_until_idle()
    assert 1 <= len(complaints(caplog)) <= MOST_COMPLAINTS
    assert "secret" not in caplog.text


async def test_a_frame_longer_than_any_speech_is_dropped_with_one_line_in_the_log(
    ringside: Served, model: Model, call: Call, caplog: pytest.LogCaptureFixture
) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        await phone.send("media", {"track": "inbound", "payload": "/" * 2_000_000})
        await still_talks(phone, model)
        await phone.hang_up()
    assert [(each["about"], each["detail"]) for each in complaints(caplog)] == [("unintelligible_phone", "too long")]
    assert max(len(json.dumps(event)) for event in model.inbox.seen) < 100_000


async def test_a_message_no_server_takes_ends_the_stream_and_the_caller_is_talked_to_by_the_next_engine(
    ringside: Served, model: Model, call: Call
) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        with suppress(ConnectionClosed):
            await phone.send_raw("x" * 17_000_000)
        await phone.inbox.closed()
        assert phone.close_code == 1009
        await ringside.wait_until_idle()
    assert "Gather" in await what_the_caller_hears_next(call)


async def test_a_message_of_the_model_too_large_to_be_one_costs_the_session_and_not_the_call(
    ringside: Served, model: Model, call: Call
) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        await model.send_raw(json.dumps({"type": "response.output_audio.delta", "delta": "/" * 5_000_000}))
        await model.hears("session.update")
        await still_talks(phone, model)
        await phone.hang_up()
    assert model.sessions == 2


async def test_a_second_start_changes_nothing(ringside: Served, model: Model, call: Call) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        await phone.start(call, streamSid="MZ2")
        await model.says("Still here?")
        assert (await phone.hears("media"))["streamSid"] == "MZ1"
        await phone.hang_up()
    assert model.sessions == 1


@pytest.mark.parametrize(
    "media_format",
    [
        {"encoding": "audio/l16", "sampleRate": 8000, "channels": 1},
        {"encoding": "audio/x-mulaw", "sampleRate": 16000, "channels": 1},
        {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 2},
    ],
)
async def test_sound_we_could_not_pass_on_untouched_goes_to_the_next_engine_without_a_model(
    ringside: Served, model: Model, call: Call, media_format: dict[str, Any]
) -> None:
    async with phoning(ringside) as phone:
        await phone.start(call, mediaFormat=media_format)
        assert await steps_down(phone, call) == "media_format"
    assert model.sessions == 0
    assert "Gather" in await what_the_caller_hears_next(call)


@pytest.mark.parametrize(
    "changes",
    [
        {"mediaFormat": None},
        {"mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": float("nan"), "channels": 1}},
        {"mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": float("inf"), "channels": 1}},
        {"mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": "８０００", "channels": -1}},
        {"streamSid": 'MZ1","event":"clear'},
        {"callSid": 5},
    ],
)
async def test_a_start_that_cannot_be_read_closes_the_stream_at_once(
    ringside: Served, model: Model, call: Call, changes: dict[str, Any]
) -> None:
    async with phoning(ringside) as phone:
        await phone.start(call, **changes)
        await phone.inbox.closed()
        assert phone.close_code == 1008
    assert model.sessions == 0
    assert "Gather" in await what_the_caller_hears_next(call)


async def test_a_refused_stream_leaves_the_caller_with_the_next_engine(
    ringside: Served, model: Model, call: Call
) -> None:
    async with phoning(ringside) as phone:
        await phone.start(call, parameters={"token": "another"})
        await phone.inbox.closed()
        assert phone.close_code == 1008
    assert "Gather" in await what_the_caller_hears_next(call)


async def test_a_carrier_that_never_reads_is_left(ringside: Served, model: Model, call: Call) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        phone.reads.clear()
        await model.send("response.created", response={"id": "resp_1"})
        for _ in range(25):
            sound = base64.b64encode(b"\x7f" * 600_000).decode()
            await model.send("response.output_audio.delta", response_id="resp_1", item_id="item_1", delta=sound)
        await ringside.wait_until_idle()
        await model.gone.wait()
        phone.drop()
        phone.reads.set()
    left = await CallEvent.objects.aget(call=call, kind="engine_left")
    assert left.data["reason"] == "hung_up"


async def test_a_model_that_never_reads_is_left(ringside: Served, model: Model, call: Call) -> None:
    async with phoning(ringside) as phone:
        await talking(phone, model, call)
        model.reads.clear()
        sound = FRAME.rstrip("=") * 250
        for _ in range(400):
            await phone.send("media", {"track": "inbound", "payload": sound[: len(sound) // 4 * 4]})
        assert await steps_down(phone, call) == "not_reading"
        model.reads.set()
    reasons = [event.data["reason"] async for event in CallEvent.objects.filter(call=call, kind="reconnecting")]
    assert reasons == ["not_reading"]
