"""``POST /v1/audio/transcriptions``: transcribes an uploaded file (json, text, verbose_json, or streamed)."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from math import log
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from sandbox.audio import Pcm
from sandbox.conformance.examiner import examined
from sandbox.containers import UnreadableAudio, decode
from sandbox.openai.access import error_response, refusal
from sandbox.services import Services
from sandbox.speech import Recognition

LARGEST_FILE = 25 * 1024 * 1024
RATE = 16000
# Which answers a model gives; only whisper-1 has segments and times.
FORMATS = {"whisper-1": ("json", "text", "verbose_json")}
OTHER_FORMATS = ("json", "text")
MODELS = (
    "whisper-1",
    "gpt-transcribe",
    "gpt-4o-transcribe",
    "gpt-4o-mini-transcribe",
    "gpt-4o-mini-transcribe-2025-12-15",
)


class Unacceptable(ValueError):
    """A field the real service rejects: ``param`` names it."""

    def __init__(self, message: str, param: str, code: str | None = None) -> None:
        super().__init__(message)
        self.message, self.param, self.code = message, param, code


@dataclass(frozen=True)
class TranscriptionOrder:
    file: UploadFile
    model: str
    response_format: str
    hints: tuple[str, ...]
    stream: bool


def read_request(form: FormData) -> TranscriptionOrder:
    """Reads and checks the form. Raises Unacceptable."""
    file, model = form.get("file"), str(form.get("model") or "")
    if not isinstance(file, UploadFile):
        raise Unacceptable("Missing required parameter: 'file'.", "file", "missing_required_parameter")
    if not model:
        raise Unacceptable("you must provide a model parameter", "model")
    if model not in MODELS:
        raise Unacceptable(f"The model `{model}` does not exist.", "model", "model_not_found")
    wanted = str(form.get("response_format") or "json")
    if wanted not in FORMATS.get(model, OTHER_FORMATS):
        message = f"response_format '{wanted}' is not compatible with model '{model}'."
        raise Unacceptable(message, "response_format", "unsupported_value")
    keywords = [str(word) for key in ("keywords", "keywords[]") for word in form.getlist(key)]
    prompt = [str(form["prompt"])] if form.get("prompt") else []
    streams = str(form.get("stream", "")).lower() == "true" and model != "whisper-1"
    return TranscriptionOrder(file, model, wanted, (*keywords, *prompt), streams)


def usage(model: str, heard: Recognition) -> dict[str, Any]:
    """Models priced by token report tokens (10 of audio a second), the others whole seconds."""
    if not model.startswith("gpt-4o"):
        return {"type": "duration", "seconds": max(1, round(heard.seconds))}
    audio, text = max(1, round(heard.seconds * 10)), max(1, len(heard.text) // 4)
    details = {"audio_tokens": audio, "text_tokens": 0}
    return {
        "type": "tokens",
        "input_tokens": audio,
        "input_token_details": details,
        "output_tokens": text,
        "total_tokens": audio + text,
    }


def routes(services: Services) -> list[BaseRoute]:
    async def transcribe(request: Request) -> Response:
        if refused := refusal(request, services.config):
            return refused
        async with request.form(max_part_size=LARGEST_FILE) as form:
            try:
                order = read_request(form)
                pcm = await _samples(order.file)
            except Unacceptable as error:
                status = 404 if error.code == "model_not_found" else 400
                return error_response(status, error.message, param=error.param, code=error.code)
        heard = await services.speech.recognize(pcm, rate=RATE, hints=order.hints)
        return _answer(order, heard)

    return examined([Route("/v1/audio/transcriptions", transcribe, methods=["POST"])], services.complaints)


async def _samples(file: UploadFile) -> Pcm:
    data = await file.read()
    if len(data) > LARGEST_FILE:
        raise Unacceptable("Maximum content size limit (26214400) exceeded", "file")
    try:
        pcm = await run_in_threadpool(decode, data, rate=RATE)
    except UnreadableAudio as error:
        message = "Audio file might be corrupted or unsupported"
        raise Unacceptable(message, "file", "invalid_value") from error
    if len(pcm) < RATE / 10:
        raise Unacceptable("Audio file is too short. Minimum audio length is 0.1 seconds.", "file", "audio_too_short")
    return pcm


def _answer(order: TranscriptionOrder, heard: Recognition) -> Response:
    if order.stream:
        return StreamingResponse(_events(order, heard), media_type="text/event-stream")
    match order.response_format:
        case "text":
            return PlainTextResponse(heard.text + "\n")
        case "verbose_json":
            return JSONResponse(_verbose(order, heard))
        case _:
            return JSONResponse({"text": heard.text, "usage": usage(order.model, heard)})


def _verbose(order: TranscriptionOrder, heard: Recognition) -> dict[str, Any]:
    segments = [
        {
            "id": index,
            "seek": 0,
            "start": round(segment.start, 2),
            "end": round(segment.end, 2),
            "text": f" {segment.text}",
            "tokens": [],
            "temperature": 0.0,
            "avg_logprob": round(log(max(segment.confidence, 1e-6)), 3),
            "compression_ratio": 1.0,
            "no_speech_prob": 0.0,
        }
        for index, segment in enumerate(heard.segments)
    ]
    return {
        "task": "transcribe",
        "language": "english",
        "duration": round(heard.seconds, 2),
        "text": heard.text,
        "segments": segments,
        "usage": usage(order.model, heard),
    }


async def _events(order: TranscriptionOrder, heard: Recognition) -> AsyncIterator[str]:
    for index, word in enumerate(heard.text.split()):
        delta = word if index == 0 else f" {word}"
        yield _event({"type": "transcript.text.delta", "delta": delta})
    done = {"type": "transcript.text.done", "text": heard.text, "usage": usage(order.model, heard)}
    yield _event(done)


def _event(body: dict[str, Any]) -> str:
    return f"event: {body['type']}\ndata: {json.dumps(body)}\n\n"
