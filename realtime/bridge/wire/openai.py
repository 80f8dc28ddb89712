"""The two wires: Twilio's Media Streams and OpenAI's Realtime (GA), JSON text to events and actions to JSON text.

Nothing a peer sends can raise here: what cannot be read becomes ``Unintelligible``, what does not concern the bridge
becomes nothing. Field names: Twilio "WebSocket messages"; OpenAI realtime client and server events.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e

MAX_PAYLOAD = 1_000_000  # base64 characters of one piece of audio: 94 s; real ones are below a second
START = "start"  # begins the name of a problem with a stream's start, without which there is no call
_WORD = re.compile(r"[^\W_]")  # without a letter or digit it is a transcriber's picture of a noise: "...", "♪♪"
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_FRAME = re.compile(  # a 20 ms frame as the carrier writes it; one written otherwise is read as JSON, to the same end
    r'\{"event": ?"media", ?"sequenceNumber": ?"[0-9]{1,15}", ?(?:"streamSid": ?"[A-Za-z0-9]{1,64}", ?)?'
    r'"media": ?\{"track": ?"inbound", ?"chunk": ?"[0-9]{1,15}", ?"timestamp": ?"([0-9]{1,15})", ?'
    r'"payload": ?"([A-Za-z0-9+/]++={0,2}+)"\}(?:, ?"streamSid": ?"[A-Za-z0-9]{1,64}")?\}'
)
_SID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KEYS = frozenset("0123456789*#ABCD")
_SPEAKERS = {"user": a.Speaker.CALLER, "assistant": a.Speaker.AGENT}


class _BadField(Exception):
    """A field is missing or of the wrong kind; the argument names it."""


@dataclass(frozen=True, slots=True)
class Session:
    """What the model is told before it hears anything."""

    instructions: str
    tools: tuple[Mapping[str, Any], ...] = ()
    voice: str = "marin"
    transcription_model: str = ""
    language: str = "en"
    keywords: tuple[str, ...] = ()
    silence_ms: int = 500
    max_output_tokens: int = 1024


# --- from the phone ------------------------------------------------------------------------------------------------


def heard(text: str) -> tuple[str, int] | None:
    """The sound of a frame written as the carrier writes it, and its time in ms; None for any other message."""
    frame = _FRAME.fullmatch(text) if len(text) <= MAX_PAYLOAD else None
    return (frame[2], int(frame[1])) if frame else None


def from_phone(text: str) -> e.Event | None:
    """One message of the media stream; None when it is of no interest."""
    if len(text) > MAX_PAYLOAD:
        return e.Unintelligible("phone", "too long")
    if frame := heard(text):
        return e.CallerSpoke(*frame)
    try:
        return _phone_event(_object(json.loads(text)))
    except (ValueError, RecursionError):
        return e.Unintelligible("phone", "json")
    except _BadField as problem:
        return e.Unintelligible("phone", str(problem))


def _phone_event(message: Mapping[str, Any]) -> e.Event | None:
    match message.get("event"):
        case "media":
            media = _part(message, "media")
            if media.get("track", "inbound") != "inbound":
                return None
            return e.CallerSpoke(_audio(media, "payload"), _whole_or_none(media.get("timestamp")))
        case "mark":
            return e.MarkEchoed(_text(_part(message, "mark"), "name"))
        case "dtmf":
            digit = _text(_part(message, "dtmf"), "digit")
            return e.KeyPressed(digit) if digit in _KEYS else e.Unintelligible("phone", "dtmf.digit")
        case "connected":
            return e.StreamConnected()
        case "start":
            try:
                return _stream_started(_part(message, "start"))
            except _BadField as problem:
                return e.Unintelligible("phone", f"{START}.{problem}")
        case "stop":
            return e.StreamStopped()
        case _:
            return e.Unintelligible("phone", "unknown event")


def _stream_started(start: Mapping[str, Any]) -> e.StreamStarted:
    media = _part(start, "mediaFormat")
    parameters = start.get("customParameters")
    return e.StreamStarted(
        stream_sid=_sid(start, "streamSid"),
        call_sid=_sid(start, "callSid"),
        parameters={str(k): v for k, v in parameters.items() if isinstance(v, str)}
        if isinstance(parameters, dict)
        else {},
        encoding=_text(media, "encoding"),
        sample_rate=_whole(media, "sampleRate"),
        channels=_whole(media, "channels"),
    )


# --- to the phone --------------------------------------------------------------------------------------------------


def to_phone(action: a.PhoneAction, stream_sid: str) -> tuple[str, ...]:
    """The messages that perform an action on a stream, in order. Marks and sids need no escaping."""
    match action:
        case a.Play(audio, mark):
            return (
                f'{{"event":"media","streamSid":"{stream_sid}","media":{{"payload":"{audio}"}}}}',
                f'{{"event":"mark","streamSid":"{stream_sid}","mark":{{"name":"{mark}"}}}}',
            )
        case _:
            return (f'{{"event":"clear","streamSid":"{stream_sid}"}}',)


# --- from the model ------------------------------------------------------------------------------------------------


def from_model(text: str) -> tuple[e.Event, ...]:
    """The events in one message of the model, mostly one or none."""
    try:
        message = _object(json.loads(text))
        return tuple(_model_events(message))
    except (ValueError, RecursionError):
        return (e.Unintelligible("model", "json"),)
    except _BadField as problem:
        return (e.Unintelligible("model", str(problem)),)


def _model_events(message: Mapping[str, Any]) -> Iterator[e.Event]:
    match message.get("type"):
        case "response.output_audio.delta":
            yield e.AudioArrived(_text(message, "response_id"), _text(message, "item_id"), _audio(message, "delta"))
        case "response.output_audio.done":
            yield e.AudioEnded(_text(message, "item_id"))
        case "response.output_audio_transcript.delta":
            yield _words(message, "delta", complete=False)
        case "response.output_audio_transcript.done":
            yield _words(message, "transcript", complete=True)
        case "input_audio_buffer.speech_started":
            yield e.CallerStarted(_text(message, "item_id"), _whole(message, "audio_start_ms"))
        case "input_audio_buffer.speech_stopped":
            yield e.CallerFinished(_text(message, "item_id"), _whole(message, "audio_end_ms"))
        case "input_audio_buffer.committed":
            yield e.ItemPlaced(_text(message, "item_id"), _previous(message), a.Speaker.CALLER)
        case "conversation.item.added":
            yield _item_placed(message)
        case "conversation.item.input_audio_transcription.completed":
            words = _words_of(message, "transcript")
            yield e.TranscriptArrived(_text(message, "item_id"), words if _WORD.search(words) else "", _usage(message))
        case "conversation.item.input_audio_transcription.failed":
            yield e.TranscriptArrived(_text(message, "item_id"), None)
        case "response.created":
            yield e.ResponseStarted(_text(_part(message, "response"), "id"))
        case "response.output_item.done":
            yield from _tool_calls(_text(message, "response_id"), [message.get("item")])
        case "response.done":
            yield from _response_done(_part(message, "response"))
        case "session.created":
            yield e.ModelConnected()
        case "session.updated":
            yield _model_ready(_part(message, "session"))
        case "error":
            error = _part(message, "error")
            yield e.ModelErred(str(error.get("code") or error.get("type") or "error")[:80])
        case str():
            return
        case _:
            raise _BadField("type")


def _words(message: Mapping[str, Any], key: str, *, complete: bool) -> e.WordsArrived:
    item_id, words = _text(message, "item_id"), _words_of(message, key)
    return e.WordsArrived(_text(message, "response_id"), item_id, words, complete=complete)


def _item_placed(message: Mapping[str, Any]) -> e.ItemPlaced:
    item = _part(message, "item")
    speaker = _SPEAKERS.get(str(item.get("role"))) if item.get("type") == "message" else None
    result_of = _text(item, "call_id") if item.get("type") == "function_call_output" else None
    return e.ItemPlaced(_text(item, "id"), _previous(message), speaker, result_of)


def _tool_calls(response_id: str, items: object) -> Iterator[e.ToolCalled]:
    """Function calls among items; an interrupted one is cut JSON and does not count."""
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict) or item.get("type") != "function_call" or item.get("status") != "completed":
            continue
        yield e.ToolCalled(
            response_id=response_id,
            item_id=_text(item, "id"),
            call_id=_text(item, "call_id"),
            name=_text(item, "name"),
            arguments=_words_of(item, "arguments"),
        )


def _response_done(response: Mapping[str, Any]) -> Iterator[e.Event]:
    details = response.get("status_details")
    details = details if isinstance(details, dict) else {}
    error = details.get("error")
    error = error if isinstance(error, dict) else {}
    response_id = _text(response, "id")
    yield from _tool_calls(response_id, response.get("output"))
    yield e.ResponseEnded(
        response_id=response_id,
        status=_text(response, "status"),
        reason=str(details.get("reason") or "")[:80],
        error_code=str(error.get("code") or error.get("type") or "")[:80],
        usage=_usage(response),
    )


def _model_ready(session: Mapping[str, Any]) -> e.ModelReady:
    audio = _part(session, "audio")
    return e.ModelReady(_format(audio, "input"), _format(audio, "output"))


def _format(audio: Mapping[str, Any], side: str) -> str:
    return _text(_part(_part(audio, side), "format"), "type")


# --- to the model --------------------------------------------------------------------------------------------------


def append(sound: str) -> str:
    """The message that lets the model hear a sound."""
    return f'{{"type":"input_audio_buffer.append","audio":"{sound}"}}'


def to_model(action: a.ModelAction, session: Session) -> str:
    """The message that performs an action on the model's session."""
    if isinstance(action, a.Listen):
        return append(action.audio)
    return json.dumps(_model_message(action, session), separators=(",", ":"))


def _model_message(action: a.Message, session: Session) -> dict[str, Any]:
    match action:
        case a.Configure():
            return {"type": "session.update", "session": _session_config(session)}
        case a.Probe():
            return {"type": "session.update", "session": {"type": "realtime"}}  # is answered with all there is
        case a.Remember(item_id, speaker, text):
            return _create(_message(item_id, speaker, text))
        case a.RememberToolCall(call_id, name, arguments):
            return _create({"type": "function_call", "call_id": call_id, "name": name, "arguments": arguments})
        case a.GiveToolResult(call_id, output):
            return _create({"type": "function_call_output", "call_id": call_id, "output": output})
        case a.Truncate(item_id, heard_ms):
            return {
                "type": "conversation.item.truncate",
                "item_id": item_id,
                "content_index": 0,
                "audio_end_ms": heard_ms,
            }
        case a.Forget(item_id):
            return {"type": "conversation.item.delete", "item_id": item_id}
        case a.Cancel(response_id):
            return {"type": "response.cancel", "response_id": response_id}
        case _:
            return _response_create(action)


def _create(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "conversation.item.create", "item": item}


def _message(item_id: str, speaker: a.Speaker, text: str) -> dict[str, Any]:
    """A text item; what the agent said must be ``output_text``, there are no assistant items with audio."""
    agent = speaker is a.Speaker.AGENT
    content = {"type": "output_text" if agent else "input_text", "text": text}
    return {"type": "message", "id": item_id, "role": "assistant" if agent else "user", "content": [content]}


def _response_create(ask: a.Respond) -> dict[str, Any]:
    response: dict[str, Any] = {}
    if ask.direction is not None:
        response["instructions"] = ask.direction
    if not ask.may_use_tools:
        response["tool_choice"] = "none"
    return {"type": "response.create", "response": response} if response else {"type": "response.create"}


def _session_config(session: Session) -> dict[str, Any]:
    transcription: dict[str, Any] = {"model": session.transcription_model, "language": session.language}
    if session.keywords:
        transcription["keywords"] = list(session.keywords)
    return {
        "type": "realtime",
        "output_modalities": ["audio"],
        "instructions": session.instructions,
        "max_output_tokens": session.max_output_tokens,
        "audio": {
            "input": {
                "format": {"type": "audio/pcmu"},
                "noise_reduction": {"type": "near_field"},
                "transcription": transcription if session.transcription_model else None,
                "turn_detection": {
                    "type": "server_vad",
                    "threshold": 0.5,
                    "prefix_padding_ms": 300,
                    "silence_duration_ms": session.silence_ms,
                    "create_response": True,
                    "interrupt_response": True,
                },
            },
            "output": {"format": {"type": "audio/pcmu"}, "voice": session.voice},
        },
        "tools": [dict(tool) for tool in session.tools],
        "tool_choice": "auto",
    }


# --- reading fields ------------------------------------------------------------------------------------------------


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _BadField("object")
    return value


def _part(message: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = message.get(key)
    if not isinstance(value, dict):
        raise _BadField(key)
    return value


def _text(message: Mapping[str, Any], key: str) -> str:
    """A short name or id: present, not empty, printable."""
    value = message.get(key)
    if not isinstance(value, str) or not 0 < len(value) <= 200 or not value.isprintable():
        raise _BadField(key)
    return value


def _sid(message: Mapping[str, Any], key: str) -> str:
    """An id we put into messages unescaped."""
    value = _text(message, key)
    if not _SID.fullmatch(value):
        raise _BadField(key)
    return value


def _words_of(message: Mapping[str, Any], key: str) -> str:
    """Human text: what no database or socket can carry (NUL, lone surrogates) is left out."""
    value = message.get(key)
    if not isinstance(value, str):
        raise _BadField(key)
    return value.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def _audio(message: Mapping[str, Any], key: str) -> str:
    """Base64 text, checked because it goes into the next message unescaped."""
    value = message.get(key)
    if not isinstance(value, str) or len(value) > MAX_PAYLOAD or not _BASE64.fullmatch(value):
        raise _BadField(key)
    return value


def _whole(message: Mapping[str, Any], key: str) -> int:
    number = _whole_or_none(message.get(key))
    if number is None:
        raise _BadField(key)
    return number


def _whole_or_none(value: object) -> int | None:
    """A count or a time in ms, from a number or Twilio's text; never negative, never NaN."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 16:
        return int(value)
    if isinstance(value, float) and math.isfinite(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15:
        return value
    return None


def _usage(message: Mapping[str, Any]) -> Mapping[str, Any] | None:
    usage = message.get("usage")
    return _numbers(usage) or None if isinstance(usage, dict) else None


def _numbers(usage: Mapping[str, Any]) -> dict[str, Any]:
    """The counts in a usage report, two levels deep at most in practice; anything else could not be billed."""
    counts: dict[str, Any] = {}
    for key, value in usage.items():
        if isinstance(value, dict):
            counts[key] = _numbers(value)
        elif isinstance(value, float) and math.isfinite(value) and value >= 0:
            counts[key] = value
        elif (number := _whole_or_none(value)) is not None and not isinstance(value, str):
            counts[key] = number
        elif key == "type" and isinstance(value, str):
            counts[key] = value[:40]
    return counts


def _previous(message: Mapping[str, Any]) -> str | None:
    previous = message.get("previous_item_id")
    return previous if isinstance(previous, str) and previous else None
