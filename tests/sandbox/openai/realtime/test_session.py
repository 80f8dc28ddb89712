"""The configuration of a session, and its conversation items."""

import base64

import pytest


async def test_a_new_session_shows_its_defaults(connect):
    async with connect() as line:
        session = (await line.until("session.created"))["session"]
    assert session["type"] == "realtime"
    assert session["model"] == "gpt-realtime-2.1"
    assert session["output_modalities"] == ["audio"]
    assert session["audio"]["input"]["format"] == {"type": "audio/pcm", "rate": 24000}
    assert session["audio"]["output"]["format"] == {"type": "audio/pcm", "rate": 24000}
    assert session["audio"]["input"]["turn_detection"]["type"] == "server_vad"
    assert session["audio"]["input"]["transcription"] is None
    assert session["max_output_tokens"] == "inf"
    assert session["expires_at"] > 0


async def test_only_the_given_fields_change_and_the_whole_session_is_echoed(connect):
    async with connect() as line:
        before = (await line.until("session.created"))["session"]
        turns = {"type": "server_vad", "silence_duration_ms": 700}
        await line.send("session.update", session={"type": "realtime", "audio": {"input": {"turn_detection": turns}}})
        after = (await line.until("session.updated"))["session"]
        detection = after["audio"]["input"].pop("turn_detection")
        expected = before["audio"]["input"].pop("turn_detection") | {"silence_duration_ms": 700}
        assert detection == expected
        assert after == before


async def test_null_turns_things_off_and_empty_values_clear(connect):
    async with connect() as line:
        await line.configure(instructions="Sell.", tools=[{"type": "function", "name": "f", "parameters": {}}])
        off = {"turn_detection": None, "transcription": None}
        session = {"type": "realtime", "instructions": "", "tools": [], "audio": {"input": off}}
        await line.send("session.update", session=session)
        after = (await line.until("session.updated"))["session"]
    assert after["instructions"] == ""
    assert after["tools"] == []
    assert after["audio"]["input"]["turn_detection"] is None
    assert after["audio"]["input"]["transcription"] is None
    assert after["audio"]["input"]["format"] == {"type": "audio/pcmu"}


async def test_null_leaves_alone_what_has_no_off(connect):
    async with connect() as line:
        before = (await line.until("session.created"))["session"]["audio"]["input"]["turn_detection"]
        turns = {"type": "server_vad", "threshold": None, "silence_duration_ms": None, "idle_timeout_ms": None}
        await line.send("session.update", session={"type": "realtime", "audio": {"input": {"turn_detection": turns}}})
        after = (await line.until("session.updated"))["session"]["audio"]["input"]["turn_detection"]
        response = await line.answer(audio={"output": {"voice": None, "format": None}})
    assert after == before
    assert response["status"] == "completed"


async def test_another_kind_of_turn_detection_begins_with_its_own_defaults(connect):
    async with connect() as line:
        turns = {"type": "semantic_vad", "eagerness": "high"}
        session = await line.configure(input={"turn_detection": turns})
    detection = session["session"]["audio"]["input"]["turn_detection"]
    assert detection == turns | {"create_response": True, "interrupt_response": True}


async def test_the_voice_is_fixed_once_it_was_heard(connect):
    async with connect() as line:
        await line.configure(output={"voice": "marin"})
        await line.answer()
        await line.send("session.update", session={"type": "realtime", "audio": {"output": {"voice": "cedar"}}})
        assert (await line.until("error"))["error"]["code"] == "cannot_update_voice"
        await line.configure(output={"voice": "marin"}, instructions="Be brief.")


async def test_another_model_is_refused_and_the_same_one_is_not(connect):
    async with connect() as line:
        await line.send("session.update", session={"type": "realtime", "model": "gpt-realtime-2.1"})
        await line.until("session.updated")
        await line.send("session.update", session={"type": "realtime", "model": "gpt-realtime-mini"})
        assert (await line.until("error"))["error"]["param"] == "session.model"


async def test_items_are_added_in_order_after_another_and_at_the_root(connect):
    async with connect() as line:
        first = await line.write("one")
        second = await line.write("two")
        message = {"type": "message", "role": "system", "content": [{"type": "input_text", "text": "zero"}]}
        await line.send("conversation.item.create", item=message | {"id": "top"}, previous_item_id="root")
        await line.send("conversation.item.create", item=message | {"id": "mid"}, previous_item_id=first["id"])
        await line.send("conversation.item.create", item=message | {"id": "end"})
        befores = [(await line.until("conversation.item.added"))["previous_item_id"] for _ in range(3)]
    assert befores == [None, first["id"], second["id"]]


async def test_an_item_is_retrieved_deleted_and_then_gone(connect):
    async with connect() as line:
        item = await line.write("one")
        await line.send("conversation.item.retrieve", item_id=item["id"])
        assert (await line.until("conversation.item.retrieved"))["item"] == item
        await line.send("conversation.item.delete", item_id=item["id"])
        assert (await line.until("conversation.item.deleted"))["item_id"] == item["id"]
        for doing in ("retrieve", "delete"):
            await line.send(f"conversation.item.{doing}", item_id=item["id"], event_id=doing)
            error = (await line.until("error"))["error"]
            assert (error["code"], error["event_id"]) == (f"item_{doing}_invalid_item_id", doing)


@pytest.mark.parametrize("role", ["user", "assistant", "system"])
async def test_an_id_can_be_given_once(connect, role):
    async with connect() as line:
        kind = "output_text" if role == "assistant" else "input_text"
        item = {"id": "mine", "type": "message", "role": role, "content": [{"type": kind, "text": "one"}]}
        await line.send("conversation.item.create", item=item)
        assert (await line.until("conversation.item.done"))["item"]["id"] == "mine"
        await line.send("conversation.item.create", item=item)
        assert (await line.until("error"))["error"]["param"] == "item.id"


async def test_what_was_said_can_be_retrieved_as_audio(connect):
    async with connect() as line:
        await line.configure()
        await line.speak("I would like to sell my house.")
        committed = await line.until("input_audio_buffer.committed")
        await line.until("response.done")
        await line.send("conversation.item.retrieve", item_id=committed["item_id"])
        part = (await line.until("conversation.item.retrieved"))["item"]["content"][0]
    assert part["type"] == "input_audio"
    assert len(base64.b64decode(part["audio"])) > 8000
    assert "house" in part["transcript"]


async def test_clearing_the_output_buffer_is_for_other_transports(connect):
    async with connect() as line:
        await line.send("output_audio_buffer.clear")
        assert "WebRTC" in (await line.until("error"))["error"]["message"]
