"""Checks Chat Completions and transcription responses against the SDK's own models, to the last field."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openai.types import ErrorObject
from openai.types.audio import (
    Transcription,
    TranscriptionTextDeltaEvent,
    TranscriptionTextDoneEvent,
    TranscriptionVerbose,
)
from openai.types.audio.transcription_create_params import TranscriptionCreateParamsNonStreaming
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.realtime import ClientSecretCreateResponse

from sandbox.conformance.exchange import Answer, Finding, Judge, Question, finding, read_json
from sandbox.conformance.sdk_types import fields_of, misfits

CHAT, TRANSCRIPTION, REALTIME = "openai.chat", "openai.transcription", "openai.realtime"
SPEECH = "openai.speech"
_STREAM = "text/event-stream"
_PART_NAME = re.compile(rb'content-disposition: form-data; name="([^"]+)"', re.IGNORECASE)
# The API reference shows it in whisper-1's verbose answers, the SDK's model leaves it out.
_BEYOND_THE_SDK = frozenset({"task"})
_TRANSCRIPTION_EVENTS = {
    "transcript.text.delta": TranscriptionTextDeltaEvent,
    "transcript.text.done": TranscriptionTextDoneEvent,
}
# The API reference's fields: the SDK has no models of these.
_SPEECH_EVENTS = {"speech.audio.delta": {"type", "audio"}, "speech.audio.done": {"type", "usage"}}


def _problems(annotation: Any, body: Any) -> list[str]:
    return [problem.message for problem in misfits(annotation, body)]


def chat(question: Question, answer: Answer) -> Iterator[Finding]:
    """Counts the request, which the endpoint checks itself, and checks the response."""
    yield finding(CHAT, "client", "chat.completions")
    if not answer.good:
        yield _error(CHAT, answer)
    elif answer.content_type == _STREAM:
        yield from _chunks(list(_events(answer.body)))
    else:
        yield finding(CHAT, "sandbox", "chat.completion", _problems(ChatCompletion, answer.json()))


def _chunks(events: list[bytes]) -> Iterator[Finding]:
    """Every chunk; the stream's end is ``[DONE]`` or an error."""
    for data in events:
        if data == b"[DONE]":
            yield finding(CHAT, "sandbox", "[DONE]")
        elif b'"error"' in data[:10]:
            yield finding(CHAT, "sandbox", "error", _problems(ErrorObject, read_json(data)["error"]))
        else:
            problems = _problems(ChatCompletionChunk, read_json(data))
            yield finding(CHAT, "sandbox", "chat.completion.chunk", problems)


def transcription(question: Question, answer: Answer) -> Iterator[Finding]:
    known = fields_of(TranscriptionCreateParamsNonStreaming)
    names = {name.decode().removesuffix("[]") for name in _PART_NAME.findall(question.body)}
    strangers = [f"Unknown parameter: '{name}'." for name in sorted(names - set(known))]
    yield finding(TRANSCRIPTION, "client", "audio.transcriptions", strangers)
    if not answer.good:
        yield _error(TRANSCRIPTION, answer)
    elif answer.content_type == _STREAM:
        yield from (_transcription_event(read_json(data)) for data in _events(answer.body))
    elif answer.content_type == "application/json":
        body = answer.json()
        model = TranscriptionVerbose if "segments" in body else Transcription
        known = {name: value for name, value in body.items() if name not in _BEYOND_THE_SDK}
        yield finding(TRANSCRIPTION, "sandbox", model.__name__, _problems(model, known))
    else:
        yield finding(TRANSCRIPTION, "sandbox", "text")


def _transcription_event(event: dict[str, Any]) -> Finding:
    model = _TRANSCRIPTION_EVENTS.get(event["type"])
    problems = _problems(model, event) if model else ["unknown type"]
    return finding(TRANSCRIPTION, "sandbox", str(event["type"]), problems)


def speech(question: Question, answer: Answer) -> Iterator[Finding]:
    yield finding(SPEECH, "client", "audio.speech", [] if answer.good else ["it was refused"])
    if not answer.good:
        yield _error(SPEECH, answer)
    elif answer.content_type == _STREAM:
        yield from (_speech_event(read_json(data)) for data in _events(answer.body))
    else:
        yield finding(SPEECH, "sandbox", "sound", [] if answer.body else ["no sound"])


def _speech_event(event: dict[str, Any]) -> Finding:
    problems = [] if _SPEECH_EVENTS.get(event["type"]) == event.keys() else ["not the fields of its type"]
    return finding(SPEECH, "sandbox", str(event["type"]), problems)


def client_secrets(question: Question, answer: Answer) -> Iterator[Finding]:
    yield finding(REALTIME, "client", "realtime.client_secrets", [] if answer.good else ["it was refused"])
    if answer.good:
        problems = _problems(ClientSecretCreateResponse, answer.json())
        yield finding(REALTIME, "sandbox", "realtime.client_secret", problems)
    else:
        yield _error(REALTIME, answer)


def _error(source: str, answer: Answer) -> Finding:
    body = answer.json()
    told = body.get("error") if isinstance(body, dict) else None
    return finding(source, "sandbox", "error", _problems(ErrorObject, told))


def _events(body: bytes) -> Iterable[bytes]:
    """The ``data`` of server-sent events."""
    return (line.removeprefix(b"data: ") for line in body.splitlines() if line.startswith(b"data: "))


JUDGES: Mapping[tuple[str, str], Judge] = {
    ("POST", "/v1/chat/completions"): chat,
    ("POST", "/v1/audio/speech"): speech,
    ("POST", "/v1/audio/transcriptions"): transcription,
    ("POST", "/v1/realtime/client_secrets"): client_secrets,
}
