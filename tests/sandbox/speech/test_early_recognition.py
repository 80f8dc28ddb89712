"""Recognition begun at the pauses of an utterance."""

import asyncio

import numpy as np
import pytest

from sandbox.openai.realtime.formats import FORMATS
from sandbox.openai.realtime.input_audio.buffer import InputBuffer, Stopped
from sandbox.speech import Recognition
from sandbox.speech.early_recognition import EarlyRecognition
from sandbox.twilio.line.utterances import UtteranceDetector

FRAME = 160


async def heard(text: str, begun: list[str]) -> Recognition:
    begun.append(text)
    await asyncio.sleep(0)
    return Recognition(text, 0.9, 1.0)


async def test_what_was_begun_in_the_pause_is_the_recognition_of_the_end():
    begun: list[str] = []
    ahead = EarlyRecognition()
    first = ahead.of(700, lambda: heard("to the pause", begun))
    assert ahead.of(700, lambda: heard("again", begun)) is first
    assert (await ahead.take(700, lambda: heard("at the end", begun))).text == "to the pause"
    assert begun == ["to the pause"]


async def test_who_goes_on_is_recognized_anew_and_the_first_beginning_is_dropped():
    ahead = EarlyRecognition()
    first = ahead.of(700, lambda: heard("to the pause", []))
    assert (await ahead.take(1900, lambda: heard("all of it", []))).text == "all of it"
    assert first.cancelled()


async def test_what_was_taken_is_not_ended_by_what_follows():
    ahead = EarlyRecognition()
    taken = ahead.take(700, lambda: heard("a turn", []))
    ahead.of(2500, lambda: heard("the next", []))
    ahead.forget()
    assert (await taken).text == "a turn"


@pytest.fixture
def spoken(speech):
    """A sentence at 8 kHz with silence around it, in frames of 20 ms."""
    from sandbox.audio import resample

    sound = resample(asyncio.run(speech.speak("I would like to buy a house.", voice="agent")), 24000, 8000)
    sound = np.concatenate([np.zeros(4000, np.int16), sound, np.zeros(12000, np.int16)])
    return [sound[at : at + FRAME] for at in range(0, len(sound) - FRAME, FRAME)]


def test_an_ears_pause_has_the_sound_the_utterance_will_have(spoken):
    ear = UtteranceDetector(silence_ms=1000)
    pauses = []
    for frame in spoken:
        ear(frame)
        if said := ear.at_pause():
            pauses.append(said)
    utterance = ear.utterances.get_nowait()
    assert (pauses[-1].start_ms, pauses[-1].end_ms) == (utterance.start_ms, utterance.end_ms)
    assert np.array_equal(pauses[-1].pcm, utterance.pcm)


def test_a_buffers_pause_ends_at_the_same_voice_as_the_turn(spoken):
    format_ = FORMATS["audio/pcmu"]
    buffer = InputBuffer(format_, {"type": "server_vad", "threshold": 0.5, "silence_duration_ms": 500})
    pauses, stopped = [], []
    for frame in spoken:
        stopped += [event for event in buffer.append(format_.encode(frame)) if isinstance(event, Stopped)]
        if (since := buffer.paused_since()) is not None:
            pauses.append((since, len(buffer.turn_until(since))))
    assert pauses[-1][0] == stopped[0].voice_end_ms
    assert 0 < pauses[-1][1] < len(stopped[0].pcm)
