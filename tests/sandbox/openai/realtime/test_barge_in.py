"""Interruption: what stops, what the model remembers of it, and which truncations are refused."""

import pytest

from sandbox.openai.agent.turn import Reply

LONG = Reply(
    "There are four houses by the lake. The first one has three bedrooms and a garden. The second one has a "
    "garage and a large kitchen. The third one is new. The fourth one is the cheapest of them all."
)


@pytest.fixture(autouse=True)
def long_answers(model):
    model.replies = [LONG]


async def interrupted(line, **configuration):
    """An answer is running when the caller speaks; gives the response's end."""
    await line.configure(**configuration)
    await line.send("response.create")
    for _ in range(4):
        await line.until("response.output_audio.delta")
    await line.speak("Excuse me, wait a moment, please.")
    return (await line.until("response.done"))["response"]


async def test_the_caller_cuts_a_running_answer_off(connect):
    async with connect() as line:
        response = await interrupted(line)
        kinds = line.kinds()
        await line.until("response.done")
    assert response["status"] == "cancelled"
    assert response["status_details"] == {"type": "cancelled", "reason": "turn_detected"}
    assert kinds.index("input_audio_buffer.speech_started") < kinds.index("response.output_audio.done")
    done_at = [event["type"] for event in line.events].index("response.done")
    late = [event for event in line.events[done_at:] if event.get("response_id") == response["id"]]
    assert late == []


async def test_an_answer_may_be_allowed_to_finish(connect):
    async with connect() as line:
        turns = {"type": "server_vad", "interrupt_response": False, "create_response": False}
        response = await interrupted(line, input={"turn_detection": turns})
    assert response["status"] == "completed"


async def test_an_automatic_answer_during_another_is_an_error(connect):
    async with connect() as line:
        response = await interrupted(
            line, input={"turn_detection": {"type": "server_vad", "interrupt_response": False}}
        )
        error = next(event for event in line.events if event["type"] == "error")["error"]
    assert error["code"] == "conversation_already_has_active_response"
    assert response["status"] == "completed"


async def spoken(line):
    await line.configure()
    return (await line.answer())["output"][0]["id"]


async def truncate(line, item_id, audio_end_ms, content_index=0):
    fields = {"item_id": item_id, "content_index": content_index, "audio_end_ms": audio_end_ms}
    await line.send("conversation.item.truncate", **fields)


async def test_the_model_forgets_what_was_not_heard(connect, model):
    async with connect() as line:
        item_id = await spoken(line)
        await truncate(line, item_id, 2400)
        truncated = await line.until("conversation.item.truncated")
        await line.send("conversation.item.retrieve", item_id=item_id)
        part = (await line.until("conversation.item.retrieved"))["item"]["content"][0]
        await line.write("Go on.")
        await line.answer()
    remembered = model.turns[1].messages[0].text
    assert truncated["audio_end_ms"] == 2400
    assert "transcript" not in part
    assert LONG.text.startswith(remembered)
    assert 4 <= len(remembered.split()) <= 12


async def test_truncating_twice_beyond_what_is_left_is_refused(connect):
    async with connect() as line:
        item_id = await spoken(line)
        length = len(line.sound(item_id)) // 8
        await truncate(line, item_id, length + 60)
        assert (await line.until("error"))["error"]["message"] == (
            f"Audio content of {length}ms is already shorter than {length + 60}ms"
        )
        await truncate(line, item_id, 1000)
        await line.until("conversation.item.truncated")
        await truncate(line, item_id, 1200)
        assert "1000ms is already shorter than 1200ms" in (await line.until("error"))["error"]["message"]
        await truncate(line, item_id, 800)
        await line.until("conversation.item.truncated")


async def test_only_what_the_model_said_aloud_can_be_truncated(connect):
    async with connect() as line:
        item_id = await spoken(line)
        written = await line.write("Hello.", role="assistant")
        asked = await line.write("Hello?")
        for wrong, ms in ((written["id"], 100), (asked["id"], 100), (item_id, 0)):
            await truncate(line, wrong, ms)
            error = (await line.until("error"))["error"]
            assert error["message"] == "Only model output audio messages can be truncated"


async def test_an_unknown_item_or_content_cannot_be_truncated(connect):
    async with connect() as line:
        item_id = await spoken(line)
        await truncate(line, "item_gone", 100)
        assert (await line.until("error"))["error"]["code"] == "item_truncate_invalid_item_id"
        await truncate(line, item_id, 100, content_index=3)
        assert (await line.until("error"))["error"]["param"] == "content_index"


async def test_a_deleted_answer_was_never_said(connect, model):
    async with connect() as line:
        item_id = await spoken(line)
        await line.send("conversation.item.delete", item_id=item_id)
        await line.until("conversation.item.deleted")
        await line.write("Hello?")
        await line.answer()
    assert [message.text for message in model.turns[1].messages] == ["Hello?"]
