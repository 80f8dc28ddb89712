"""Text as sound over OpenAI's API."""

import base64
import json
from typing import Any

import numpy as np
import openai
import pytest

from sandbox.audio import SPEECH_HZ, dbfs
from sandbox.conformance.sdk_types import Problem
from sandbox.containers import decode
from sandbox.openai import speech as speech_api
from sandbox.openai.speech import CONTENT_TYPES, SpeechOrder, read_request, sound_of
from tests.sandbox.serving import serving

GOOD: dict[str, Any] = {"model": "gpt-4o-mini-tts", "voice": "coral", "input": "Good morning."}
TONE = (np.sin(np.arange(SPEECH_HZ) * 0.1) * 9000).astype(np.int16)


def test_a_good_body_is_an_order():
    order = read_request(GOOD | {"speed": 1.5, "response_format": "wav", "instructions": "Be kind."})
    assert order == SpeechOrder("Good morning.", "coral", 1.5, "wav", events=False)


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"model": None}, "missing_required_parameter", "model"),
        ({"input": None}, "missing_required_parameter", "input"),
        ({"input": ""}, "string_below_min_length", "input"),
        ({"input": "a" * 4097}, "string_above_max_length", "input"),
        ({"model": "gpt-4o"}, "model_not_found", ""),
        ({"voice": "joanna"}, "invalid_value", "voice"),
        ({"voice": "marin", "model": "tts-1"}, "invalid_value", "voice"),
        ({"voice": {"name": "x"}}, "missing_required_parameter", "voice.id"),
        ({"speed": 4.5}, "decimal_above_max_value", "speed"),
        ({"speed": 0}, "decimal_below_min_value", "speed"),
        ({"response_format": "midi"}, "invalid_value", "response_format"),
        ({"stream_format": "sse", "model": "tts-1"}, "unsupported_value", "stream_format"),
        ({"mood": "good"}, "unknown_parameter", "mood"),
    ],
)
def test_what_the_service_refuses_is_refused(change, code, param):
    problem = read_request({name: value for name, value in (GOOD | change).items() if value is not None})
    assert isinstance(problem, Problem)
    assert (problem.code, problem.param) == (code, param)


@pytest.mark.parametrize("body", [None, [], "text", 3])
def test_what_is_no_object_is_refused(body):
    assert isinstance(read_request(body), Problem)


@pytest.mark.parametrize("name", [name for name in CONTENT_TYPES if name != "pcm"])
def test_each_format_is_a_file_of_the_sound(name):
    heard = decode(sound_of(TONE, name), rate=SPEECH_HZ)
    assert abs(len(heard) / SPEECH_HZ - 1) < 0.1
    assert abs(dbfs(heard[2400:-2400]) - dbfs(TONE)) < 1


def test_pcm_has_no_header():
    assert sound_of(TONE, "pcm") == TONE.tobytes()


@pytest.mark.provokes
async def test_the_vendors_client_hears_it_and_is_refused(services):
    with serving(speech_api.routes(services)) as address:
        async with openai.AsyncOpenAI(api_key="sk-sandbox", base_url=f"http://{address}/v1", max_retries=0) as client:
            answer = await client.audio.speech.create(**GOOD, response_format="pcm")
            sound = np.frombuffer(answer.content, "<i2")
            async with client.audio.speech.with_streaming_response.create(**GOOD, stream_format="sse") as stream:
                lines = [line async for line in stream.iter_lines() if line]
            with pytest.raises(openai.NotFoundError):
                await client.audio.speech.create(model="gpt-4o", voice="coral", input="Hi")
    events = [json.loads(line.removeprefix("data: ")) for line in lines]
    assert dbfs(sound) > -40
    assert b"".join(base64.b64decode(event.get("audio", "")) for event in events)[:3] in (
        b"ID3",
        b"\xff\xfb\x94",
        b"\xff\xf3\x84",
    )
    assert events[-1]["type"] == "speech.audio.done"
