"""Amazon Polly: ``POST /v1/speech`` (SynthesizeSpeech) and ``GET /v1/voices`` (DescribeVoices), 2016-06-10 model.

Enumerations and limits come from botocore's service model. The request's signature is checked for its shape, not for
its HMAC. Faults: ``polly.throttle`` (ThrottlingException), ``polly.error`` (ServiceFailureException), ``polly.slow``
(``seconds``).
"""

import asyncio
import re
import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import botocore.session
import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.audio import SPEECH_HZ, Pcm, alaw_encode, pcm16_encode, resample, ulaw_encode
from sandbox.conformance.examiner import examined
from sandbox.conformance.exchange import parsed
from sandbox.containers import Container, encode
from sandbox.polly.marks import KINDS, Timed, speech_marks
from sandbox.polly.ssml import BadSsml, Part, Pause, Spoken, billed_characters, parse_ssml, plain
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

    parts: tuple[Part, ...]
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
    _check_types(body)
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


def _check_types(body: dict[str, Any]) -> None:
    """What JSON of the right shape has: lists of texts, texts."""
    for name, value in body.items():
        wanted = list if name in _LISTS else str
        parts = value if isinstance(value, list) else ()
        if value is not None and not (isinstance(value, wanted) and all(isinstance(part, str) for part in parts)):
            raise Refused("SerializationException", f"{name} is not of its type")


_LISTS = ("LexiconNames", "SpeechMarkTypes")
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


def _parts(body: dict[str, Any]) -> tuple[Part, ...]:
    if (body.get("TextType") or "text") == "text":
        return (plain(body["Text"]),)
    try:
        return parse_ssml(body["Text"], engine=body.get("Engine") or "standard", voice=body["VoiceId"])
    except BadSsml as error:
        raise Refused("InvalidSsmlException", f"Invalid SSML request: {error}") from error


def _characters(text: str, parts: tuple[Part, ...]) -> int:
    billed = billed_characters(parts)
    if len(text) > LONGEST_TEXT or billed > LONGEST_BILLED:
        raise Refused("TextLengthExceededException", "Maximum text length has been exceeded")
    return billed


def _rate(body: dict[str, Any]) -> int:
    _, rates = FORMATS[body["OutputFormat"]]
    rate = body.get("SampleRate")
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
    if not set(marks) <= set(KINDS):
        raise Refused("ValidationException", f"This sandbox knows only these marks: {', '.join(KINDS)}")
    return marks


async def speak(services: Services, wanted: SpeechRequest) -> tuple[Pcm, list[Timed]]:
    """The request's parts, one after the other, at 24 kHz, and when each of them is."""
    pieces, timed, samples = [np.zeros(0, np.int16)], list[Timed](), 0
    for part in wanted.parts:
        pieces.append(await _sound(services, part, wanted.voice))
        begin, samples = samples, samples + len(pieces[-1])
        timed.append(Timed(part, begin / SPEECH_HZ, samples / SPEECH_HZ))
    return np.concatenate(pieces), timed


async def _sound(services: Services, part: Part, voice: str) -> Pcm:
    match part:
        case Pause(seconds):
            return np.zeros(int(seconds * SPEECH_HZ), np.int16)
        case Spoken(text):
            return await services.speech.speak(text, voice=voice)
        case _:
            return np.zeros(0, np.int16)


async def audio_bytes(wanted: SpeechRequest, pcm: Pcm, timed: list[Timed]) -> bytes:
    """24 kHz speech in the requested format and rate, or its marks."""
    if wanted.output_format == "json":
        return speech_marks(timed, wanted.marks)
    samples = resample(pcm, SPEECH_HZ, wanted.rate)
    match wanted.output_format:
        case "pcm":
            return pcm16_encode(samples)
        case "mulaw":
            return ulaw_encode(samples)
        case "alaw":
            return alaw_encode(samples)
        case container:
            return await asyncio.to_thread(encode, samples, wanted.rate, cast(Container, container))


def routes(services: Services) -> list[BaseRoute]:
    async def synthesize(request: Request) -> Response:
        try:
            await _gate(services, request)
            wanted = read_request(await _body(request))
        except Refused as refusal:
            return _refusal(refusal)
        (pcm, timed), _ = await asyncio.gather(
            speak(services, wanted), asyncio.sleep(services.config.speech_first_byte_ms / 1000)
        )
        headers = {"x-amzn-RequestCharacters": str(wanted.characters), "x-amzn-RequestId": str(uuid.uuid4())}
        content_type, _ = FORMATS[wanted.output_format]
        return Response(await audio_bytes(wanted, pcm, timed), media_type=content_type, headers=headers)

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
