"""What each fault of Realtime does on the wire, and what a model gets wrong about its tools."""

import asyncio
import json

import pytest
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, InvalidStatus

from sandbox.audio import SPEECH_HZ
from sandbox.openai.agent.turn import Reply, ToolCall
from sandbox.openai.realtime.formats import FORMATS

SENTENCE = "I am looking for a house with three bedrooms."
LONG = "This is a rather long answer which goes on for quite a while before it comes to an end at last."
TOOL = {"type": "function", "name": "book", "description": "Book.", "parameters": {"type": "object"}}
CALL = ToolCall("call_1", "book", '{"slot_id":"tuesday-at-ten"}')
HEARD = "conversation.item.input_audio_transcription.completed"


@pytest.fixture
def fail(services):
    """``fail("realtime.drop", at=0.3)``: ask for a fault."""
    return services.faults.add


async def nothing_comes(line, seconds=0.5):
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(line.next(), seconds)


# the socket --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 429, 500])
async def test_realtime_refuse_answers_the_upgrade_with_a_status_and_strikes_once(connect, fail, status):
    fail("realtime.refuse", status=status)
    with pytest.raises(InvalidStatus) as refused:
        async with connect():
            pass
    assert refused.value.response.status_code == status
    assert "error" in json.loads(refused.value.response.body)
    async with connect() as line:
        await line.until("session.created")


async def test_realtime_slow_connect_keeps_the_upgrade_back(connect, fail):
    fail("realtime.slow_connect", seconds=0.6, model="gpt-realtime-2.1")
    clock = asyncio.get_running_loop().time
    began = clock()
    async with connect() as line:
        assert clock() - began >= 0.6
        await line.until("session.created")


async def test_realtime_drop_closes_the_socket_at_the_second_asked_for(connect, fail):
    fail("realtime.drop", at=0.3)
    async with connect() as line:
        began = asyncio.get_running_loop().time()
        with pytest.raises(ConnectionClosedError) as closed:
            await line.until("never")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1011
        assert asyncio.get_running_loop().time() - began > 0.2


async def test_realtime_freeze_leaves_a_socket_that_says_and_hears_nothing(connect, fail, services):
    fail("realtime.freeze", at=0.2)
    async with connect() as line:
        await line.until("session.created")
        await nothing_comes(line)
        await line.send("response.create")
        await nothing_comes(line)
    assert services.faults.struck["realtime.freeze"] == 1


async def test_realtime_expire_says_so_and_closes(connect, fail):
    fail("realtime.expire", at=0.2)
    async with connect() as line:
        assert (await line.until("error"))["error"]["code"] == "session_expired"
        with pytest.raises(ConnectionClosed, match="1001"):
            await line.next()


async def test_realtime_error_is_an_event_and_not_the_end(connect, fail):
    fail("realtime.error", at=0.1)
    async with connect() as line:
        error = (await line.until("error"))["error"]
        assert (error["type"], error["code"], error["event_id"]) == ("server_error", "server_error", None)
        assert (await line.answer())["status"] == "completed"


async def test_realtime_unknown_event_has_a_type_no_client_knows(connect, fail):
    fail("realtime.unknown_event", at=0.1, type="response.mood.updated")
    async with connect() as line:
        assert (await line.until("response.mood.updated"))["event_id"]
        assert (await line.answer())["status"] == "completed"


async def test_realtime_update_late_leaves_the_old_settings_in_force(connect, fail):
    fail("realtime.update_late", seconds=1.0)
    async with connect() as line:
        await line.send("session.update", session={"type": "realtime", "output_modalities": ["text"]})
        response = await line.answer()
        assert "session.updated" not in line.kinds()
        updated = await line.until("session.updated")
    assert response["output_modalities"] == ["audio"]
    assert updated["session"]["output_modalities"] == ["text"]


# answers -----------------------------------------------------------------------------------------------------------


async def test_realtime_quota_shows_in_response_done_alone(connect, fail):
    fail("realtime.quota")
    async with connect() as line:
        response = await line.answer()
        assert (await line.answer())["status"] == "completed"
    assert response["status"] == "failed"
    assert response["status_details"]["error"]["code"] == "insufficient_quota"
    assert response["output"] == []
    assert "error" not in line.kinds()


async def test_realtime_mute_says_nothing_until_it_is_cancelled(connect, fail):
    fail("realtime.mute")
    async with connect() as line:
        await line.send("response.create")
        await line.until("rate_limits.updated")
        await nothing_comes(line)
        await line.send("response.cancel")
        assert (await line.until("response.done"))["response"]["status"] == "cancelled"


async def test_realtime_empty_answer_is_completed_with_nothing_in_it(connect, fail):
    fail("realtime.empty_answer")
    async with connect() as line:
        response = await line.answer()
    assert (response["status"], response["output"]) == ("completed", [])
    assert line.sound() == b""


@pytest.mark.parametrize("reason", ["max_output_tokens", "content_filter"])
async def test_realtime_incomplete_ends_in_the_middle_of_a_sentence(connect, fail, model, reason):
    model.replies = [Reply("We have two homes in Willow Creek that fit, and one of them is new.")]
    fail("realtime.incomplete", words=3, reason=reason)
    async with connect() as line:
        response = await line.answer()
    assert (response["status"], response["status_details"]) == ("incomplete", {"type": "incomplete", "reason": reason})
    said = response["output"][0]["content"][0]["transcript"]
    assert 3 <= len(said.split()) < 14
    assert line.sound()


async def first_output(line):
    began = asyncio.get_running_loop().time()
    await line.send("response.create")
    await line.until("response.output_item.added")
    waited = asyncio.get_running_loop().time() - began
    await line.until("response.done")
    return waited


async def test_realtime_slow_first_token_is_slow_once(connect, fail):
    fail("realtime.slow_first_token", seconds=1.0)
    async with connect() as line:
        waits = [await first_output(line) for _ in range(2)]
    assert waits[0] > 1.0 > waits[1]


async def test_realtime_slow_tool_turn_is_the_one_after_a_tools_result(connect, fail, model):
    fail("realtime.slow_tool_turn", seconds=1.0)
    model.replies = [Reply("", (CALL,)), Reply("Done.")]
    async with connect() as line:
        await line.configure(tools=[TOOL])
        before = await first_output(line)
        output = {"type": "function_call_output", "call_id": CALL.id, "output": "{}"}
        await line.send("conversation.item.create", item=output)
        after = await first_output(line)
    assert before < 1.0 < after


async def test_realtime_slow_audio_comes_slower_than_usual(connect, fail):
    fail("realtime.slow_audio", pace=1.5)
    async with connect() as line:
        await line.configure()
        began = asyncio.get_running_loop().time()
        await line.answer()
        took = asyncio.get_running_loop().time() - began
    assert took > len(line.sound()) / 8000 / 1.5 - 0.3  # the last piece goes out before it has sounded


async def test_realtime_wrong_format_sends_pcm_where_mu_law_was_agreed(connect, fail, speech):
    fail("realtime.wrong_format")
    async with connect() as line:
        session = (await line.configure())["session"]
        await line.answer()
    assert session["audio"]["output"]["format"] == {"type": "audio/pcmu"}
    heard = await speech.recognize(FORMATS["audio/pcm"].decode(line.sound()), rate=SPEECH_HZ)
    assert "help" in heard.text.lower()


async def begun(line, deltas=2):
    await line.configure()
    await line.send("response.create")
    return [await line.until("response.output_audio.delta") for _ in range(deltas)][-1]


async def test_realtime_late_deltas_come_after_the_end_of_a_cancelled_answer(connect, fail, model):
    fail("realtime.late_deltas", pieces=3)
    model.replies = [Reply(LONG)]
    async with connect() as line:
        delta = await begun(line)
        await line.send("response.cancel")
        assert (await line.until("response.done"))["response"]["status"] == "cancelled"
        late = [await line.until("response.output_audio.delta") for _ in range(3)]
    assert {one["item_id"] for one in late} == {delta["item_id"]}


async def test_realtime_truncate_refused_although_it_was_right(connect, fail):
    fail("realtime.truncate_refused")
    async with connect() as line:
        delta = await begun(line)
        await line.until("response.done")
        wanted = {"item_id": delta["item_id"], "content_index": 0, "audio_end_ms": 300}
        await line.send("conversation.item.truncate", **wanted)
        error = (await line.until("error"))["error"]
        await line.send("conversation.item.truncate", **wanted)
        await line.until("conversation.item.truncated")
    assert error["message"] == "Audio content of 240ms is already shorter than 300ms"


async def test_realtime_create_race_finds_an_answer_already_begun(connect, fail):
    fail("realtime.create_race")
    async with connect() as line:
        await line.send("response.create", event_id="mine")
        error = (await line.until("error"))["error"]
        response = (await line.until("response.done"))["response"]
    assert (error["code"], error["event_id"]) == ("conversation_already_has_active_response", "mine")
    assert response["status"] == "completed"


async def test_realtime_cancel_race_finds_the_answer_completed(connect, fail, model):
    fail("realtime.cancel_race")
    model.replies = [Reply(LONG)]
    async with connect() as line:
        await begun(line)
        await line.send("response.cancel")
        response = (await line.until("response.done"))["response"]
        error = (await line.until("error"))["error"]
    assert response["status"] == "completed"
    assert response["output"][0]["content"][0]["transcript"] == LONG
    assert error["code"] == "response_cancel_not_active"


async def test_realtime_usage_missing_leaves_the_cost_unknown(connect, fail):
    fail("realtime.usage_missing")
    async with connect() as line:
        assert (await line.answer())["usage"] is None
        assert (await line.answer())["usage"]["total_tokens"] > 0


# transcripts -------------------------------------------------------------------------------------------------------


async def test_transcription_late_comes_after_the_answer(connect, fail):
    fail("transcription.late", seconds=2.0)
    async with connect() as line:
        await line.configure()
        await line.speak(SENTENCE)
        await line.until("response.done")
        assert not any("transcription" in kind for kind in line.kinds())
        await line.until(HEARD)


async def test_transcription_failed_does_not_keep_the_model_from_answering(connect, fail, model):
    fail("transcription.failed")
    async with connect() as line:
        await line.configure()
        await line.speak(SENTENCE)
        failed = await line.until("conversation.item.input_audio_transcription.failed")
        await line.until("response.done")
    assert failed["error"]["code"] == "audio_unintelligible"
    assert "bedroom" in model.turns[0].messages[-1].text


async def test_transcription_lost_is_never_told(connect, fail):
    fail("transcription.lost")
    async with connect() as line:
        await line.configure()
        await line.speak(SENTENCE)
        await line.until("response.done")
        await nothing_comes(line)
    assert not any("transcription" in kind for kind in line.kinds())


async def transcript_of(connect, model):
    async with connect() as line:
        await line.configure()
        await line.speak(SENTENCE)
        told = (await line.until(HEARD))["transcript"]
        await line.until("response.done")
    return told, model.turns[0].messages[-1].text


async def test_transcription_misheard_has_other_words_than_the_model_heard(connect, fail, model):
    fail("transcription.misheard", share=1.0)
    told, understood = await transcript_of(connect, model)
    assert "bedroom" not in told
    assert "bedroom" in understood


async def test_transcription_invented_was_said_by_nobody(connect, fail, model):
    fail("transcription.invented", text="Danke fürs Zuschauen.")
    told, understood = await transcript_of(connect, model)
    assert told == "Danke fürs Zuschauen."
    assert "bedroom" in understood


# tools -------------------------------------------------------------------------------------------------------------


async def output_of(connect, model, *replies):
    """The output items of the first answer."""
    model.replies = list(replies)
    async with connect() as line:
        await line.configure(tools=[TOOL])
        return (await line.answer())["output"]


async def test_model_skips_tool_and_says_it_is_done(connect, fail, model):
    fail("model.skips_tool", tool="book", says="You are booked for Tuesday.")
    output = await output_of(connect, model, Reply("One moment.", (CALL,)))
    assert [item["type"] for item in output] == ["message"]
    assert output[0]["content"][0]["transcript"] == "You are booked for Tuesday."


async def test_model_repeats_tool_with_the_same_arguments(connect, fail, model):
    fail("model.repeats_tool")
    output = await output_of(connect, model, Reply("", (CALL,)))
    assert [item["arguments"] for item in output] == [CALL.arguments] * 2
    assert len({item["call_id"] for item in output}) == 2


async def test_model_bad_arguments_are_no_json(connect, fail, model):
    fail("model.bad_arguments")
    (item,) = await output_of(connect, model, Reply("", (CALL,)))
    assert item["status"] == "completed"
    with pytest.raises(json.JSONDecodeError):
        json.loads(item["arguments"])


async def test_model_speaks_with_tool_in_one_answer(connect, fail, model):
    fail("model.speaks_with_tool", says="I have it.")
    output = await output_of(connect, model, Reply("", (CALL,)))
    assert [item["type"] for item in output] == ["message", "function_call"]
    assert output[0]["content"][0]["transcript"] == "I have it."


async def test_a_slip_with_one_tool_leaves_another_alone(connect, fail, model):
    fail("model.skips_tool", tool="cancel")
    (item,) = await output_of(connect, model, Reply("", (CALL,)))
    assert (item["name"], item["arguments"]) == ("book", CALL.arguments)
