"""Amazon Polly: ``POST /v1/speech`` (SynthesizeSpeech) and ``GET /v1/voices`` (DescribeVoices), 2016-06-10 model.

Enumerations and limits come from botocore's service model. The request's signature is checked for its shape, not for
its HMAC. Faults: ``polly.throttle`` (ThrottlingException), ``polly.error`` (ServiceFailureException), ``polly.slow``
(``seconds``).
"""

import asyncio
import json
import re
import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.audio import SPEECH_HZ, Pcm, alaw_encode, pcm16_encode, resample, ulaw_encode
from sandbox.conformance.examiner import examined
from sandbox.conformance.exchange import parsed
from sandbox.containers import encode
from sandbox.polly.ssml import BadSsml, Pause, Spoken, billed_characters, parse_ssml
from sandbox.polly.voices import POLLY_VOICES
from sandbox.services import Services

LONGEST_TEXT, LONGEST_BILLED = 6000, 3000

_COMPRESSED_RATES = ("8000", "16000", "22050", "24000", "44100", "48000")
# Output format: content type, sample rates (the default first).
FORMATS: dict[str, tuple[str, tuple[str, ...]]] = {
    "mp3": ("audio/mpeg", ("22050", *_COMPRESSED_RATES)),
    "ogg_vorbis": ("audio/ogg", ("22050", *_COMPRESSED_RATES)),
    "ogg_opus": ("audio/ogg", ("48000",)),
    "pcm": ("audio/pcm", ("16000", "8000")),
    "mulaw": ("audio/mulaw", ("8000",)),
    "alaw": ("audio/alaw", ("8000",)),
    "json": ("application/x-json-stream", ("22050", *_COMPRESSED_RATES, "")),
}

_CREDENTIAL = re.compile(r"AWS4-HMAC-SHA256 Credential=[^/]+/\d{8}/[a-z0-9-]+/polly/aws4_request, ?Sign")


class Refused(Exception):
    """An error answer of Polly: a name from its service model, and why."""

    def __init__(self, name: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.name, self.message, self.status = name, message, status


@dataclass(frozen=True)
class SpeechRequest:
    """A valid SynthesizeSpeech request."""

    parts: tuple[Spoken | Pause, ...]
    voice: str
    output_format: str
    rate: int
    characters: int
    marks: tuple[str, ...]


@cache
def enumeration(shape: str) -> tuple[str, ...]:
    """The values of an enumeration of Polly's service model."""
    model = botocore.session.get_session().get_service_model("polly")
    return tuple(model.shape_for(shape).enum)


def read_request(body: dict[str, Any]) -> SpeechRequest:
    """Validates a request body as Polly does. Raises Refused."""
    for name in ("OutputFormat", "Text", "VoiceId"):
        if not body.get(name):
            raise _invalid(name, body.get(name), "Member must not be null")
    for name, shape in _ENUMS.items():
        if body.get(name) is not None and body[name] not in enumeration(shape):
            raise _invalid(name, body[name], f"Member must satisfy enum value set: {list(enumeration(shape))}")
    _check_voice(body)
    parts = _parts(body)
    return SpeechRequest(
        parts=parts,
        voice=body["VoiceId"],
        output_format=body["OutputFormat"],
        rate=_rate(body),
        characters=_characters(body["Text"], parts),
        marks=_marks(body),
    )


_ENUMS = {
    "OutputFormat": "OutputFormat",
    "VoiceId": "VoiceId",
    "Engine": "Engine",
    "LanguageCode": "LanguageCode",
    "TextType": "TextType",
}


def _invalid(name: str, value: object, constraint: str) -> Refused:
    member = name[0].lower() + name[1:]
    found = "null" if value is None else value
    return Refused(
        "ValidationException",
        f"1 validation error detected: Value '{found}' at '{member}' failed to satisfy constraint: {constraint}",
    )


def _check_voice(body: dict[str, Any]) -> None:
    voice = POLLY_VOICES.get(body["VoiceId"])
    if voice is None:
        raise Refused("LanguageNotSupportedException", "This sandbox has Polly's English voices only.")
    if (engine := body.get("Engine", "standard")) not in voice.engines:
        raise Refused("EngineNotSupportedException", f"This voice does not support the selected engine: {engine}")
    if body.get("LexiconNames"):
        raise Refused("LexiconNotFoundException", "Lexicon not found", 404)


def _parts(body: dict[str, Any]) -> tuple[Spoken | Pause, ...]:
    if body.get("TextType", "text") == "text":
        return (Spoken(body["Text"]),)
    try:
        return parse_ssml(body["Text"])
    except BadSsml as error:
        raise Refused("InvalidSsmlException", f"Invalid SSML request: {error}") from error


def _characters(text: str, parts: tuple[Spoken | Pause, ...]) -> int:
    billed = billed_characters(parts)
    if len(text) > LONGEST_TEXT or billed > LONGEST_BILLED:
        raise Refused("TextLengthExceededException", "Maximum text length has been exceeded")
    return billed


def _rate(body: dict[str, Any]) -> int:
    _, rates = FORMATS[body["OutputFormat"]]
    rate = body.get("SampleRate")
    if rate is not None and not isinstance(rate, str):
        raise Refused("SerializationException", "SampleRate must be a string")
    if rate and rate not in rates:
        raise Refused("InvalidSampleRateException", f"Unsupported sample rate for this output format: {rate}")
    neural = body.get("Engine", "standard") != "standard" and "24000" in rates
    return int(rate or ("24000" if neural else rates[0]))


def _marks(body: dict[str, Any]) -> tuple[str, ...]:
    marks = tuple(body.get("SpeechMarkTypes") or ())
    if marks and body["OutputFormat"] != "json":
        raise Refused("MarksNotSupportedForFormatException", "Speech marks are not supported for this format")
    if body["OutputFormat"] == "json" and not marks:
        raise Refused("ValidationException", "Speech marks need at least one SpeechMarkType")
    if "ssml" in marks and body.get("TextType", "text") == "text":
        raise Refused("SsmlMarksNotSupportedForTextTypeException", "SSML marks need TextType ssml")
    if not set(marks) <= {"sentence", "word"}:
        raise Refused("ValidationException", "This sandbox knows sentence and word marks only")
    return marks


async def speak(services: Services, wanted: SpeechRequest) -> Pcm:
    """The request's parts, one after the other, at 24 kHz."""
    pieces = [np.zeros(0, np.int16)]
    for part in wanted.parts:
        match part:
            case Pause(seconds):
                pieces.append(np.zeros(int(seconds * SPEECH_HZ), np.int16))
            case Spoken(text):
                pieces.append(await services.speech.speak(text, voice=wanted.voice))
    return np.concatenate(pieces)


async def audio_bytes(wanted: SpeechRequest, pcm: Pcm) -> bytes:
    """24 kHz speech in the requested format and rate."""
    samples = resample(pcm, SPEECH_HZ, wanted.rate)
    match wanted.output_format:
        case "pcm":
            return pcm16_encode(samples)
        case "mulaw":
            return ulaw_encode(samples)
        case "alaw":
            return alaw_encode(samples)
        case "mp3" | "ogg_vorbis" | "ogg_opus" as container:
            return await asyncio.to_thread(encode, samples, wanted.rate, container)
        case _:
            return _speech_marks(wanted, len(pcm) / SPEECH_HZ)


def _speech_marks(wanted: SpeechRequest, seconds: float) -> bytes:
    """Marks by the share of characters: the time of a word is an estimate, its order and offsets are exact."""
    text = "".join(part.text for part in wanted.parts if isinstance(part, Spoken))
    per_character = 1000 * seconds / max(1, len(text))
    patterns = {"sentence": r"[^.!?\s][^.!?]*[.!?]*", "word": r"[\w'-]+"}
    marks = [
        {"time": int(m.start() * per_character), "type": kind, "start": m.start(), "end": m.end(), "value": m[0]}
        for kind in wanted.marks
        for m in re.finditer(patterns[kind], text)
    ]
    marks.sort(key=lambda mark: (mark["time"], mark["type"]))
    return "".join(json.dumps(mark) + "\n" for mark in marks).encode()


def routes(services: Services) -> list[BaseRoute]:
    async def synthesize(request: Request) -> Response:
        try:
            await _gate(services, request)
            wanted = read_request(await _body(request))
        except Refused as refusal:
            return _refusal(refusal)
        pcm, _ = await asyncio.gather(
            speak(services, wanted), asyncio.sleep(services.config.speech_first_byte_ms / 1000)
        )
        headers = {"x-amzn-RequestCharacters": str(wanted.characters), "x-amzn-RequestId": str(uuid.uuid4())}
        content_type, _ = FORMATS[wanted.output_format]
        return Response(await audio_bytes(wanted, pcm), media_type=content_type, headers=headers)

    async def voices(request: Request) -> Response:
        try:
            _check_signature(request)
        except Refused as refusal:
            return _refusal(refusal)
        engine, language = request.query_params.get("Engine"), request.query_params.get("LanguageCode")
        found = [
            voice.as_dict()
            for voice in POLLY_VOICES.values()
            if engine in (None, *voice.engines) and language in (None, voice.language)
        ]
        return JSONResponse({"Voices": found})

    speech = Route("/v1/speech", synthesize, methods=["POST"])
    return examined([speech, Route("/v1/voices", voices, methods=["GET"])], services.complaints)


async def _gate(services: Services, request: Request) -> None:
    """Checks the signature, then applies the faults."""
    _check_signature(request)
    if fault := services.faults.take("polly.slow"):
        await asyncio.sleep(fault.number("seconds"))
    if services.faults.take("polly.throttle"):
        raise Refused("ThrottlingException", "Rate exceeded")
    if services.faults.take("polly.error"):
        raise Refused("ServiceFailureException", "An unknown condition has caused a service failure.", 500)


def _check_signature(request: Request) -> None:
    authorization = request.headers.get("authorization", "")
    if not authorization:
        raise Refused("MissingAuthenticationTokenException", "Missing Authentication Token", 403)
    if not _CREDENTIAL.match(authorization) or "x-amz-date" not in request.headers:
        raise Refused("IncompleteSignatureException", "The request signature does not conform to AWS standards", 400)


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = parsed(await request.body())
    except ValueError as error:
        raise Refused("SerializationException", "The request body is not JSON") from error
    if not isinstance(body, dict):
        raise Refused("SerializationException", "The request body is not an object")
    return body


def _refusal(refusal: Refused) -> Response:
    kind = f"{refusal.name}:http://internal.amazon.com/coral/com.amazonaws.polly/"
    headers = {"x-amzn-ErrorType": kind, "x-amzn-RequestId": str(uuid.uuid4())}
    return JSONResponse({"message": refusal.message}, status_code=refusal.status, headers=headers)
