"""A dictation program written for OpenAI's Realtime transcription: the plain SDK, asynchronous."""

import asyncio
import base64

import numpy as np
import openai

from sandbox.audio import SPEECH_HZ, pcm16_encode
from sandbox.speech import Speech
from tests.sandbox.foreign.test_sdks import KEY, PATIENCE, world
from tests.sandbox.twilio_world import World

__all__ = ["world"]

SENTENCES = ("I am looking for a house with a garden.", "It should have three bedrooms.")


async def _dictate(connection: object, sound: bytes) -> None:
    """As a microphone gives it: chunks of 50 ms."""
    for at in range(0, len(sound), 2400):
        chunk = base64.b64encode(sound[at : at + 2400]).decode()
        await connection.input_audio_buffer.append(audio=chunk)  # type: ignore[attr-defined]


async def _microphone(speech: Speech) -> bytes:
    quiet = np.zeros(SPEECH_HZ, np.int16)
    pieces = [quiet]
    for sentence in SENTENCES:
        pieces += [await speech.speak(sentence, voice="buyer"), quiet]
    return pcm16_encode(np.concatenate(pieces))


async def test_two_sentences_are_two_transcripts_that_grow_word_by_word(world: World, speech: Speech) -> None:
    written: dict[str, str] = {}
    finished: dict[str, str] = {}
    spoken: list[str] = []
    async with (
        openai.AsyncOpenAI(api_key=KEY, base_url=f"{world.url}/v1") as client,
        client.realtime.connect(extra_query={"intent": "transcription"}) as connection,
        asyncio.timeout(PATIENCE),
    ):
        await connection.session.update(
            session={
                "type": "transcription",
                "audio": {
                    "input": {
                        "format": {"type": "audio/pcm", "rate": 24000},
                        "noise_reduction": {"type": "near_field"},
                        "transcription": {"model": "gpt-4o-mini-transcribe", "language": "en"},
                        "turn_detection": {"type": "server_vad", "silence_duration_ms": 400},
                    }
                },
                "include": ["item.input_audio_transcription.logprobs"],
            }
        )
        await _dictate(connection, await _microphone(speech))
        async for event in connection:
            assert event.type != "error", event
            if event.type == "input_audio_buffer.committed":
                spoken.append(event.item_id)
            elif event.type == "conversation.item.input_audio_transcription.delta":
                written[event.item_id] = written.get(event.item_id, "") + (event.delta or "")
            elif event.type == "conversation.item.input_audio_transcription.completed":
                finished[event.item_id] = event.transcript
            if len(finished) == len(SENTENCES):
                break
    assert written == finished
    garden, bedrooms = (finished[item].lower() for item in spoken)
    assert "garden" in garden
    assert "bedrooms" in bedrooms
