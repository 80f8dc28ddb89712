"""Transcription sessions: they hear, tell turns apart and write down; they never answer."""

import numpy as np
import pytest

from sandbox.audio import SPEECH_HZ
from sandbox.openai.realtime.formats import FORMATS

INTENT = {"intent": "transcription"}
DELTA = "conversation.item.input_audio_transcription.delta"
COMPLETED = "conversation.item.input_audio_transcription.completed"


async def listen(line, *, model="gpt-4o-transcribe", **heard):
    """A telephone's sound, written down by that model; the session as it is then."""
    line.format = FORMATS["audio/pcmu"]
    heard = {"format": {"type": "audio/pcmu"}, "transcription": {"model": model, "language": "en"}} | heard
    await line.send("session.update", session={"type": "transcription", "audio": {"input": heard}})
    return (await line.until("session.updated"))["session"]


async def test_it_begins_without_model_voice_or_instructions(connect):
    async with connect(model=None, extra_query=INTENT) as line:
        session = (await line.until("session.created"))["session"]
    assert (session["type"], session["object"]) == ("transcription", "realtime.transcription_session")
    assert set(session["audio"]) == {"input"}
    assert session["audio"]["input"]["turn_detection"]["type"] == "server_vad"
    assert session["audio"]["input"]["transcription"] is None
    assert not {"model", "instructions", "tools"} & set(session)


async def test_a_turn_is_found_added_and_written_down_and_nobody_answers(connect, model):
    async with connect(model=None, extra_query=INTENT) as line:
        await listen(line)
        await line.speak("I would like to sell my house.")
        done = await line.until(COMPLETED)
    kinds = line.kinds()
    order = ["speech_started", "speech_stopped", "committed"]
    assert [kind for kind in kinds if kind.startswith("input_audio_buffer.")] == [
        f"input_audio_buffer.{name}" for name in order
    ]
    assert kinds.index("conversation.item.added") < kinds.index("conversation.item.done") < kinds.index(DELTA)
    deltas = "".join(event["delta"] for event in line.events if event["type"] == DELTA)
    assert deltas == done["transcript"]
    assert "house" in done["transcript"].lower()
    assert done["usage"]["type"] == "tokens"
    assert not any(kind.startswith("response.") for kind in kinds)
    assert model.turns == []


async def test_log_probabilities_are_told_when_asked_for(connect):
    async with connect(model=None, extra_query=INTENT) as line:
        include = ["item.input_audio_transcription.logprobs"]
        await line.send("session.update", session={"type": "transcription", "include": include})
        await listen(line, turn_detection={"type": "server_vad", "silence_duration_ms": 300})
        await line.speak("I need three bedrooms.")
        done = await line.until(COMPLETED)
    assert "".join(one["token"] for one in done["logprobs"]) == done["transcript"]
    assert all(one["logprob"] <= 0 for one in done["logprobs"])
    deltas = [event for event in line.events if event["type"] == DELTA]
    assert [event["logprobs"][0] for event in deltas] == done["logprobs"]


async def test_without_turn_detection_a_commit_ends_the_turn(connect):
    async with connect(model=None, extra_query=INTENT) as line:
        session = await listen(line, model="gpt-realtime-whisper", turn_detection=None)
        await line.append(await line.speech.speak("I want a garden.", voice="buyer"))
        await line.send("input_audio_buffer.commit")
        done = await line.until(COMPLETED)
    assert session["audio"]["input"]["turn_detection"] is None
    assert "garden" in done["transcript"].lower()
    assert "input_audio_buffer.speech_started" not in line.kinds()


async def test_the_buffer_can_be_cleared_and_too_little_is_not_committed(connect):
    async with connect(model=None, extra_query=INTENT) as line:
        await listen(line, turn_detection=None)
        await line.append(np.zeros(SPEECH_HZ, np.int16))
        await line.send("input_audio_buffer.clear")
        await line.until("input_audio_buffer.cleared")
        await line.send("input_audio_buffer.commit")
        error = (await line.until("error"))["error"]
    assert error["code"] == "input_audio_buffer_commit_empty"


REFUSED = [
    ({"type": "response.create"}, "invalid_value", "type"),
    ({"type": "response.cancel"}, "invalid_value", "type"),
    ({"type": "conversation.item.delete", "item_id": "item_1"}, "invalid_value", "type"),
    (
        {"type": "session.update", "session": {"type": "transcription", "audio": {"output": {"voice": "marin"}}}},
        "unknown_parameter",
        "session.audio.output",
    ),
    (
        {"type": "session.update", "session": {"type": "transcription", "instructions": "Write."}},
        "unknown_parameter",
        "session.instructions",
    ),
    (
        {"type": "session.update", "session": {"type": "transcription", "model": "gpt-realtime"}},
        "unknown_parameter",
        "session.model",
    ),
    ({"type": "session.update", "session": {"type": "realtime"}}, "invalid_parameter", ""),
    ({"type": "transcription_session.update", "session": {}}, "invalid_value", "type"),
]


@pytest.mark.provokes
async def test_what_belongs_to_a_conversation_is_refused_and_the_session_lives_on(connect):
    async with connect(model=None, extra_query=INTENT) as line:
        for event, code, param in REFUSED:
            await line.connection.send(event)
            error = (await line.until("error"))["error"]
            assert (error["code"], error["param"]) == (code, param), event
        assert (await listen(line))["type"] == "transcription"


async def test_a_conversation_does_not_become_a_transcription(connect):
    async with connect() as line:
        await line.send("session.update", session={"type": "transcription"})
        error = (await line.until("error"))["error"]
    assert error["code"] == "invalid_parameter"
    assert error["message"].startswith("Passing a transcription session update event to a realtime session")


async def test_the_model_that_knows_no_turns_wants_them_off(connect):
    async with connect(model=None, extra_query=INTENT) as line:
        heard = {"transcription": {"model": "gpt-realtime-whisper"}}
        await line.send("session.update", session={"type": "transcription", "audio": {"input": heard}})
        error = (await line.until("error"))["error"]
    assert error["param"] == "session.audio.input.turn_detection"
