"""InputTranscriber: where a turn begins and ends, what becomes of it, and what the client is told."""

import asyncio

import numpy as np
import pytest

from sandbox.audio import SPEECH_HZ

SENTENCE = "I am looking for a house with three bedrooms."
TURN = [
    "input_audio_buffer.speech_started",
    "input_audio_buffer.speech_stopped",
    "input_audio_buffer.committed",
    "conversation.item.added",
    "conversation.item.done",
    "response.created",
]


@pytest.mark.parametrize("format_name", ["audio/pcmu", "audio/pcma", "audio/pcm"])
async def test_a_spoken_turn_is_found_understood_and_answered_in_each_format(connect, model, format_name):
    async with connect() as line:
        await line.configure(format_name)
        line.events.clear()
        line._seen = 0
        await line.speak(SENTENCE)
        completed = await line.until("conversation.item.input_audio_transcription.completed")
        await line.until("response.done")
        heard = await line.heard()
    order = [kind for kind in line.kinds() if kind in TURN]
    assert order[: len(TURN)] == TURN
    assert "bedroom" in completed["transcript"]
    assert model.turns[0].messages[-1].text == completed["transcript"]
    assert "help you" in heard.text.lower()


async def test_a_turn_keeps_its_id_and_tells_when_it_began_and_ended(connect):
    async with connect() as line:
        await line.configure(input={"turn_detection": {"type": "server_vad", "silence_duration_ms": 600}})
        await line.speak(SENTENCE)
        started = await line.until("input_audio_buffer.speech_started")
        stopped = await line.until("input_audio_buffer.speech_stopped")
        committed = await line.until("input_audio_buffer.committed")
    assert started["item_id"] == stopped["item_id"] == committed["item_id"]
    assert started["audio_start_ms"] == pytest.approx(250, abs=150)
    spoken = stopped["audio_end_ms"] - started["audio_start_ms"]
    assert 2600 < spoken < 4500


async def test_nothing_is_transcribed_unless_asked_but_the_model_hears(connect, model):
    async with connect() as line:
        await line.configure(input={"transcription": None})
        await line.speak(SENTENCE)
        done = await line.until("response.done")
        await line.send("conversation.item.retrieve", item_id=line_item(line))
        item = (await line.until("conversation.item.retrieved"))["item"]
    assert done["response"]["status"] == "completed"
    assert "bedroom" in model.turns[0].messages[-1].text
    assert item["content"][0]["transcript"] is None
    assert not any("transcription" in kind for kind in line.kinds())


def line_item(line):
    return next(event["item_id"] for event in line.events if event["type"] == "input_audio_buffer.committed")


async def test_voice_detection_may_only_listen(connect):
    async with connect() as line:
        turns = {"type": "server_vad", "create_response": False}
        await line.configure(input={"turn_detection": turns})
        await line.speak(SENTENCE)
        await line.until("conversation.item.input_audio_transcription.completed")
        assert "response.created" not in line.kinds()
        assert (await line.answer())["status"] == "completed"


async def test_without_voice_detection_the_client_commits_and_asks(connect, model):
    async with connect() as line:
        await line.configure(input={"turn_detection": None})
        await line.speak(SENTENCE)
        await line.send("input_audio_buffer.commit")
        await line.until("conversation.item.input_audio_transcription.completed")
        assert "input_audio_buffer.speech_started" not in line.kinds()
        assert "response.created" not in line.kinds()
        await line.answer()
    assert "bedroom" in model.turns[0].messages[-1].text


async def test_an_empty_or_cleared_buffer_cannot_be_committed(connect):
    async with connect() as line:
        await line.configure(input={"turn_detection": None})
        await line.send("input_audio_buffer.commit")
        first = (await line.until("error"))["error"]
        await line.append(np.zeros(SPEECH_HZ, np.int16))
        await line.send("input_audio_buffer.clear")
        await line.until("input_audio_buffer.cleared")
        await line.send("input_audio_buffer.commit")
        second = (await line.until("error"))["error"]
    assert first["code"] == second["code"] == "input_audio_buffer_commit_empty"
    assert "0.00ms" in second["message"]


async def test_a_commit_right_after_a_turn_finds_the_buffer_empty(connect):
    async with connect() as line:
        await line.configure()
        await line.speak(SENTENCE, silence=0.55)
        await line.until("input_audio_buffer.committed")
        await line.send("input_audio_buffer.commit")
        assert (await line.until("error"))["error"]["code"] == "input_audio_buffer_commit_empty"


async def test_silence_and_hum_begin_no_turn(connect):
    async with connect() as line:
        await line.configure()
        hum = np.sin(np.arange(3 * SPEECH_HZ) * 2 * np.pi * 50 / SPEECH_HZ) * 900
        await line.append(hum.astype(np.int16))
        await line.send("input_audio_buffer.clear")
        await line.until("input_audio_buffer.cleared")
    assert "input_audio_buffer.speech_started" not in line.kinds()


@pytest.mark.parametrize(("eagerness", "ends"), [("high", True), ("low", False)])
async def test_eagerness_decides_how_long_a_pause_may_be(connect, eagerness, ends):
    async with connect() as line:
        await line.configure(input={"turn_detection": {"type": "semantic_vad", "eagerness": eagerness}})
        await line.speak(SENTENCE, silence=1.0)
        await line.send("conversation.item.retrieve", item_id="none")
        await line.until("error")
    assert ("input_audio_buffer.speech_stopped" in line.kinds()) is ends


async def test_an_update_mid_speech_does_not_lose_the_turn(connect):
    async with connect() as line:
        await line.configure()
        await line.speak("I am looking for", silence=0.0)
        started = await line.until("input_audio_buffer.speech_started")
        await line.configure(instructions="Be brief.", input={"turn_detection": {"type": "server_vad"}})
        await line.speak("a house.")
        stopped = await line.until("input_audio_buffer.speech_stopped")
    assert stopped["item_id"] == started["item_id"]


async def test_a_silent_caller_is_spoken_to_again(connect, model):
    async with connect() as line:
        turns = {"type": "server_vad", "idle_timeout_ms": 5000}
        await line.configure(input={"turn_detection": turns})
        await line.append(np.zeros(SPEECH_HZ, np.int16))
        await line.answer()
        done_at = asyncio.get_running_loop().time()
        await line.append(np.zeros(5 * SPEECH_HZ, np.int16))
        triggered = await line.until("input_audio_buffer.timeout_triggered")
        waited = asyncio.get_running_loop().time() - done_at
        committed = await line.until("input_audio_buffer.committed")
        await line.until("response.done")
    assert triggered["item_id"] == committed["item_id"]
    assert triggered["audio_end_ms"] - triggered["audio_start_ms"] == 5000
    assert waited > 5 + len(line.sound()) / 2 / 8000 - 0.5
    assert model.turns[-1].messages[-1].text == ""


async def test_a_streaming_transcriber_sends_word_by_word(connect):
    async with connect() as line:
        await line.configure(input={"transcription": {"model": "gpt-4o-transcribe"}})
        await line.speak(SENTENCE)
        completed = await line.until("conversation.item.input_audio_transcription.completed")
    deltas = [event["delta"] for event in line.events if event["type"].endswith("transcription.delta")]
    assert len(deltas) > 4
    assert "".join(deltas) == completed["transcript"]
    assert completed["usage"]["type"] == "tokens"
    assert completed["usage"]["input_token_details"]["audio_tokens"] == pytest.approx(35, abs=12)
