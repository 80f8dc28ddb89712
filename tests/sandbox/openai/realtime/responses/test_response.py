"""Answers: their events in order, their sound, their cost, their overrides, and how they end."""

import asyncio
import itertools

import pytest

from sandbox.openai.agent.turn import Reply, ToolCall

SPOKEN_ANSWER = [
    "response.created",
    "rate_limits.updated",
    "response.output_item.added",
    "conversation.item.added",
    "response.content_part.added",
    "response.output_audio.done",
    "response.output_audio_transcript.done",
    "response.content_part.done",
    "response.output_item.done",
    "conversation.item.done",
    "response.done",
]
DELTAS = {"response.output_audio.delta", "response.output_audio_transcript.delta"}
TOOL = {"type": "function", "name": "end_call", "description": "Hang up.", "parameters": {"type": "object"}}


async def test_a_spoken_answer_sends_its_events_in_the_services_order(connect):
    async with connect() as line:
        await line.until("session.created")
        line.events.clear()
        line._seen = 0
        response = await line.answer()
    kinds = [event["type"] for event in line.events]
    assert [kind for kind in kinds if kind not in DELTAS] == SPOKEN_ANSWER
    first, last = kinds.index("response.content_part.added"), kinds.index("response.output_audio.done")
    assert {i for i, kind in enumerate(kinds) if kind in DELTAS} == set(range(first + 1, last))
    assert len({event["event_id"] for event in line.events}) == len(line.events)
    assert response["status"] == "completed"
    assert response["output"][0]["content"] == [
        {"type": "output_audio", "transcript": "Good morning. How may I help you?"}
    ]


async def test_the_transcript_runs_with_the_sound_and_the_sound_says_it(connect, model):
    model.replies = [Reply("We have a lovely house by the lake. Would you like to see it on Tuesday?")]
    async with connect() as line:
        await line.configure()
        await line.answer()
        heard = await line.heard()
    words = [event["delta"] for event in line.events if event["type"].endswith("audio_transcript.delta")]
    assert "".join(words) == model.replies[0].text
    switches = len([kind for kind in line.kinds() if kind == "response.output_audio_transcript.delta"])
    assert switches > 8
    assert {"lovely", "house", "tuesday"} <= set(heard.text.lower().replace(".", "").replace("?", "").split())


async def test_speech_comes_faster_than_it_sounds_but_not_all_at_once(connect, model):
    model.replies = [Reply("One two three four five six seven eight nine ten eleven twelve thirteen fourteen.")]
    clock = asyncio.get_running_loop().time
    async with connect() as line:
        await line.configure()
        began = clock()
        await line.answer()
        took = clock() - began
    seconds = len(line.sound()) / 8000
    assert seconds > 3
    assert seconds / 13 < took < seconds / 2


async def test_usage_counts_what_was_heard_and_said_and_caching_grows_with_the_context(connect):
    async with connect() as line:
        await line.configure(instructions="You sell houses. " * 40)
        usages = []
        for text in ("I am looking for a house.", "It should have three bedrooms.", "And a garden, please."):
            await line.speak(text)
            usages.append((await line.until("response.done"))["response"]["usage"])
    for usage in usages:
        details = usage["input_token_details"]
        assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
        assert details["text_tokens"] + details["audio_tokens"] == usage["input_tokens"]
        cached = details["cached_tokens_details"]
        assert details["cached_tokens"] == cached["text_tokens"] + cached["audio_tokens"]
        assert cached["text_tokens"] <= details["text_tokens"]
    first, *later = [usage["input_token_details"]["cached_tokens"] for usage in usages]
    assert first == 0
    assert 0 < later[0] <= later[1]
    seconds = len(line.sound()) / 8000
    assert sum(usage["output_token_details"]["audio_tokens"] for usage in usages) == pytest.approx(
        20 * seconds, rel=0.05
    )
    grown = [usage["input_token_details"]["audio_tokens"] for usage in usages]
    assert grown == sorted(grown)


async def test_a_tool_is_called_and_its_result_is_in_the_next_turn(connect, model):
    call = ToolCall("call_1", "end_call", '{"disposition":"not_interested","why":"moved away"}')
    model.replies = [Reply("One moment.", (call,)), Reply("Goodbye.")]
    async with connect() as line:
        await line.configure(tools=[TOOL])
        response = await line.answer()
        done = next(event for event in line.events if event["type"] == "response.function_call_arguments.done")
        output = {"type": "function_call_output", "call_id": done["call_id"], "output": '{"ok": true}'}
        await line.send("conversation.item.create", item=output)
        await line.answer()
    deltas = [event["delta"] for event in line.events if event["type"].endswith("arguments.delta")]
    assert "".join(deltas) == done["arguments"] == call.arguments
    assert [item["type"] for item in response["output"]] == ["message", "function_call"]
    assert response["output"][1]["name"] == "end_call"
    assert model.turns[0].tools[0].name == "end_call"
    said, result = model.turns[1].messages
    assert (said.text, said.tool_calls) == ("One moment.", (call,))
    assert (result.role, result.tool_call_id, result.text) == ("tool", "call_1", '{"ok": true}')


async def test_a_second_answer_has_to_wait_for_the_first(connect):
    async with connect() as line:
        await line.send("response.create")
        await line.send("response.create", event_id="second")
        error = (await line.until("error"))["error"]
        await line.until("response.done")
        assert (await line.answer())["status"] == "completed"
    assert (error["code"], error["event_id"]) == ("conversation_already_has_active_response", "second")


async def test_cancelling_ends_an_answer_with_what_was_sent_of_it(connect, model):
    long_answer = "This is a rather long answer which goes on for quite a while before it ends at last. " * 8
    model.replies = [Reply(long_answer.strip())]
    async with connect() as line:
        await line.configure()
        await line.send("response.create")
        for _ in range(3):
            await line.until("response.output_audio.delta")
        await line.send("response.cancel")
        response = (await line.until("response.done"))["response"]
        await line.send("response.cancel")
        assert (await line.until("error"))["error"]["code"] == "response_cancel_not_active"
    sent = "".join(event["delta"] for event in line.events if event["type"].endswith("audio_transcript.delta"))
    item = response["output"][0]
    assert response["status"] == "cancelled"
    assert response["status_details"] == {"type": "cancelled", "reason": "client_cancelled"}
    assert item["status"] == "incomplete"
    assert item["content"][0]["transcript"] == sent
    assert response["usage"]["output_token_details"]["audio_tokens"] == pytest.approx(len(line.sound()) / 400, abs=2)
    closing = [event["type"] for event in line.events][-7:-1]
    assert closing == SPOKEN_ANSWER[5:]


async def test_an_answer_cancelled_before_its_first_token_has_no_output(connect):
    async with connect() as line:
        await line.send("response.create")
        await line.send("response.cancel")
        response = (await line.until("response.done"))["response"]
    assert (response["status"], response["output"]) == ("cancelled", [])


async def test_an_answer_can_be_in_text(connect, model):
    async with connect() as line:
        response = await line.answer(output_modalities=["text"], metadata={"purpose": "note"})
    text = "".join(event["delta"] for event in line.events if event["type"] == "response.output_text.delta")
    assert text == model.replies[0].text
    assert response["output"][0]["content"] == [{"type": "output_text", "text": text}]
    assert response["metadata"] == {"purpose": "note"}
    assert line.sound() == b""


async def test_an_answer_out_of_band_leaves_the_conversation_alone(connect, model):
    async with connect() as line:
        await line.write("What is the price?")
        line.events.clear()
        line._seen = 0
        note = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Sum up."}]}
        response = await line.answer(
            conversation="none", output_modalities=["text"], input=[note], instructions="Be brief."
        )
        apart = line.kinds()
        await line.answer()
    assert response["conversation_id"] is None
    assert not any(kind.startswith("conversation.item") for kind in apart)
    assert [message.text for message in model.turns[0].messages] == ["Sum up."]
    assert model.turns[0].instructions == "Be brief."
    assert [message.text for message in model.turns[1].messages] == ["What is the price?"]


async def test_input_can_refer_to_items_and_an_unknown_one_is_refused(connect, model):
    async with connect() as line:
        item = await line.write("What is the price?")
        await line.write("And the garden?")
        await line.answer(conversation="none", input=[{"type": "item_reference", "id": item["id"]}])
        await line.send("response.create", response={"input": [{"type": "item_reference", "id": "item_gone"}]})
        assert "item_gone" in (await line.until("error"))["error"]["message"]
    assert [message.text for message in model.turns[0].messages] == ["What is the price?"]


async def test_answers_out_of_band_run_beside_the_conversations_own(connect):
    async with connect() as line:
        await line.send("response.create")
        await line.send("response.create", response={"conversation": "none", "output_modalities": ["text"]})
        first = (await line.until("response.done"))["response"]
        second = (await line.until("response.done"))["response"]
    assert {first["status"], second["status"]} == {"completed"}
    assert "error" not in line.kinds()


async def test_the_limit_of_tokens_cuts_an_answer_short(connect):
    async with connect() as line:
        response = await line.answer(max_output_tokens=12)
    assert response["status"] == "incomplete"
    assert response["status_details"] == {"type": "incomplete", "reason": "max_output_tokens"}
    assert response["output"][0]["status"] == "incomplete"


async def test_slower_speech_takes_longer(connect):
    async with connect() as line:
        await line.configure()
        await line.answer()
        plain = len(line.sound())
        await line.configure(output={"speed": 0.7})
        await line.answer()
    assert len(line.sound()) - plain > 1.2 * plain


async def test_ids_chain_the_conversation(connect):
    async with connect() as line:
        await line.configure()
        await line.speak("I am looking for a house.")
        await line.until("response.done")
        await line.speak("With three bedrooms, please.")
        await line.until("response.done")
    added = [event for event in line.events if event["type"] == "conversation.item.added"]
    pairs = itertools.pairwise(added)
    assert added[0]["previous_item_id"] is None
    assert all(after["previous_item_id"] == before["item"]["id"] for before, after in pairs)
    assert len(added) == 4
