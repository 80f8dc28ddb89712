"""``POST /v1/audio/speech``: text as sound, in the six formats, whole or as server-sent events."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

from openai.types.audio.speech_create_params import SpeechCreateParams
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from sandbox.audio import SPEECH_HZ, Pcm, pcm16_encode, resample, wav_bytes
from sandbox.conformance.examiner import examined
from sandbox.conformance.exchange import read_json
from sandbox.conformance.sdk_types import Problem, misfits, wrong_value
from sandbox.containers import Container, encode
from sandbox.openai.access import error_response, refusal
from sandbox.services import Services

LONGEST_INPUT = 4096
SLOWEST, FASTEST = 0.25, 4.0
MODELS = ("tts-1", "tts-1-hd", "gpt-4o-mini-tts", "gpt-4o-mini-tts-2025-12-15")
VOICES = (
    "alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer", "verse", "marin", "cedar",
)  # fmt: skip
_LARGER_MODELS_ONLY = ("ballad", "verse", "marin", "cedar")
CONTENT_TYPES = {
    "mp3": "audio/mpeg", "opus": "audio/ogg", "aac": "audio/aac", "flac": "audio/flac", "wav": "audio/wav",
    "pcm": "audio/pcm",
}  # fmt: skip
_CONTAINERS: dict[str, Container] = {"mp3": "mp3", "opus": "ogg_opus", "aac": "aac", "flac": "flac"}
_RATES = {"opus": 48_000}
_PIECE_BYTES = 16_384


@dataclass(frozen=True)
class SpeechOrder:
    """A valid request. ``events`` when it wants them instead of the sound alone."""

    text: str
    voice: str
    speed: float
    format: str
    events: bool


def read_request(body: Any) -> SpeechOrder | Problem:
    """Reads and checks the body; the problem the service would name when there is one."""
    if not isinstance(body, dict):
        return Problem("", "We could not parse the JSON body of your request.", "")
    plain = {name: value for name, value in body.items() if value is not None}
    for problem in (*misfits(SpeechCreateParams, plain), *_rules(plain)):
        return problem
    return SpeechOrder(
        text=plain["input"],
        voice=plain["voice"] if isinstance(plain["voice"], str) else plain["voice"]["id"],
        speed=float(plain.get("speed", 1.0)),
        format=plain.get("response_format", "mp3"),
        events=plain.get("stream_format") == "sse",
    )


def _rules(body: dict[str, Any]) -> Iterator[Problem]:
    """What no type states. Only asked about a body of the right shape, up to the first problem."""
    model, voice, text = body.get("model"), body.get("voice"), body.get("input")
    if model not in MODELS:
        yield Problem("model_not_found", f"The model `{model}` does not exist or you do not have access to it.", "")
    offered = tuple(name for name in VOICES if model not in MODELS[:2] or name not in _LARGER_MODELS_ONLY)
    if isinstance(voice, str) and voice not in offered:
        yield wrong_value("voice", voice, offered)
    if not text:
        yield Problem("string_below_min_length", "Invalid 'input': string too short. Expected at least 1.", "input")
    elif len(str(text)) > LONGEST_INPUT:
        message = f"Invalid 'input': string too long. Expected a string with maximum length {LONGEST_INPUT}."
        yield Problem("string_above_max_length", message, "input")
    speed = body.get("speed", 1.0)
    if isinstance(speed, int | float) and not SLOWEST <= speed <= FASTEST:
        where, bound = ("below_min", SLOWEST) if speed < SLOWEST else ("above_max", FASTEST)
        yield Problem(f"decimal_{where}_value", f"Invalid 'speed': expected {bound}, but got {speed} instead.", "speed")
    if body.get("stream_format") == "sse" and model in MODELS[:2]:
        yield Problem("unsupported_value", f"'sse' is not supported with the model '{model}'.", "stream_format")


def sound_of(pcm: Pcm, wanted: str) -> bytes:
    """24 kHz samples as a file of that format; ``pcm`` has no header."""
    match wanted:
        case "pcm":
            return pcm16_encode(pcm)
        case "wav":
            return wav_bytes(pcm, SPEECH_HZ)
        case _:
            return encode(resample(pcm, SPEECH_HZ, rate := _RATES.get(wanted, SPEECH_HZ)), rate, _CONTAINERS[wanted])


def routes(services: Services) -> list[BaseRoute]:
    async def speak(request: Request) -> Response:
        if refused := refusal(request, services.config):
            return refused
        order = read_request(read_json(await request.body()))
        if isinstance(order, Problem):
            status = 404 if order.code == "model_not_found" else 400
            return error_response(status, order.message, code=order.code or None, param=order.param or None)
        pcm, _ = await asyncio.gather(
            services.speech.speak(order.text, voice=order.voice, speed=order.speed),
            asyncio.sleep(services.config.speech_first_byte_ms / 1000),
        )
        data = await asyncio.to_thread(sound_of, pcm, order.format)
        if order.events:
            return StreamingResponse(_events(order, pcm, data), media_type="text/event-stream")
        return Response(data, media_type=CONTENT_TYPES[order.format])

    return examined([Route("/v1/audio/speech", speak, methods=["POST"])], services.complaints)


async def _events(order: SpeechOrder, pcm: Pcm, data: bytes) -> AsyncIterator[str]:
    for at in range(0, len(data), _PIECE_BYTES):
        piece = base64.b64encode(data[at : at + _PIECE_BYTES]).decode()
        yield _event({"type": "speech.audio.delta", "audio": piece})
    written, spoken = len(re.findall(r"\S{1,4}", order.text)), round(len(pcm) / SPEECH_HZ * 20)
    usage = {"input_tokens": written, "output_tokens": spoken, "total_tokens": written + spoken}
    yield _event({"type": "speech.audio.done", "usage": usage})


def _event(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body, separators=(',', ':'))}\n\n"
