"""OpenAI's Realtime API (GA): messages of the model to events, and actions for the model to messages.

Nothing the model sends can raise here: what cannot be read becomes `Unintelligible`, what does not concern the bridge
becomes no event. Field names: OpenAI, realtime client and server events.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.wire import fields as f

_WORD = re.compile(r"[^\W_]")  # without a letter or digit it is how a transcriber writes noise: "...", "♪♪"
_SPEAKERS = {"user": a.Speaker.CALLER, "assistant": a.Speaker.AGENT}


@dataclass(frozen=True, slots=True)
class SessionConfig:
    """The configuration of a model's session: its instructions, tools, voice and transcription."""

    instructions: str
    tools: tuple[Mapping[str, Any], ...] = ()
    voice: str = "marin"
    transcription_model: str = ""
    language: str = "en"
    keywords: tuple[str, ...] = ()
    silence_ms: int = 500
    max_output_tokens: int = 1024


def read_message(text: str) -> tuple[e.Event, ...]:
    """The events in one message of the model, mostly one or none."""
    try:
        message = f.as_object(json.loads(text))
        return tuple(_events(message))
    except (ValueError, RecursionError):
        return (e.Unintelligible("model", "json"),)
    except f.BadField as problem:
        return (e.Unintelligible("model", str(problem)),)


def _events(message: Mapping[str, Any]) -> Iterator[e.Event]:
    match message.get("type"):
        case "response.output_audio.delta":
            yield e.AudioArrived(
                f.identifier(message, "response_id"), f.identifier(message, "item_id"), f.audio(message, "delta")
            )
        case "response.output_audio.done":
            yield e.AudioEnded(f.identifier(message, "item_id"))
        case "response.output_audio_transcript.delta":
            yield _words(message, "delta", complete=False)
        case "response.output_audio_transcript.done":
            yield _words(message, "transcript", complete=True)
        case "input_audio_buffer.speech_started":
            yield e.CallerStarted(f.identifier(message, "item_id"), f.count(message, "audio_start_ms"))
        case "input_audio_buffer.speech_stopped":
            yield e.CallerFinished(f.identifier(message, "item_id"), f.count(message, "audio_end_ms"))
        case "input_audio_buffer.committed":
            yield e.ItemPlaced(f.identifier(message, "item_id"), _previous(message), a.Speaker.CALLER)
        case "conversation.item.added":
            yield _item_placed(message)
        case "conversation.item.input_audio_transcription.completed":
            words = f.human_text(message, "transcript")
            yield e.TranscriptArrived(
                f.identifier(message, "item_id"), words if _WORD.search(words) else "", _usage(message)
            )
        case "conversation.item.input_audio_transcription.failed":
            yield e.TranscriptArrived(f.identifier(message, "item_id"), None)
        case "response.created":
            yield e.ResponseStarted(f.identifier(f.part(message, "response"), "id"))
        case "response.output_item.done":
            yield from _tool_calls(f.identifier(message, "response_id"), [message.get("item")])
        case "response.done":
            yield from _response_done(f.part(message, "response"))
        case "session.created":
            yield e.ModelConnected()
        case "session.updated":
            yield _model_ready(f.part(message, "session"))
        case "error":
            error = f.part(message, "error")
            yield e.ModelErred(str(error.get("code") or error.get("type") or "error")[:80])
        case str():
            return
        case _:
            raise f.BadField("type")


def _words(message: Mapping[str, Any], key: str, *, complete: bool) -> e.WordsArrived:
    item_id, words = f.identifier(message, "item_id"), f.human_text(message, key)
    return e.WordsArrived(f.identifier(message, "response_id"), item_id, words, complete=complete)


def _item_placed(message: Mapping[str, Any]) -> e.ItemPlaced:
    item = f.part(message, "item")
    speaker = _SPEAKERS.get(str(item.get("role"))) if item.get("type") == "message" else None
    result_of = f.identifier(item, "call_id") if item.get("type") == "function_call_output" else None
    return e.ItemPlaced(f.identifier(item, "id"), _previous(message), speaker, result_of)


def _tool_calls(response_id: str, items: object) -> Iterator[e.ToolCalled]:
    """The function calls among these items. An interrupted one is cut JSON and does not count."""
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict) or item.get("type") != "function_call" or item.get("status") != "completed":
            continue
        yield e.ToolCalled(
            response_id=response_id,
            item_id=f.identifier(item, "id"),
            call_id=f.identifier(item, "call_id"),
            name=f.identifier(item, "name"),
            arguments=f.human_text(item, "arguments"),
        )


def _response_done(response: Mapping[str, Any]) -> Iterator[e.Event]:
    details = response.get("status_details")
    details = details if isinstance(details, dict) else {}
    error = details.get("error")
    error = error if isinstance(error, dict) else {}
    response_id = f.identifier(response, "id")
    yield from _tool_calls(response_id, response.get("output"))
    yield e.ResponseEnded(
        response_id=response_id,
        status=f.identifier(response, "status"),
        reason=str(details.get("reason") or "")[:80],
        error_code=str(error.get("code") or error.get("type") or "")[:80],
        usage=_usage(response),
    )


def _model_ready(session: Mapping[str, Any]) -> e.ModelReady:
    audio = f.part(session, "audio")
    return e.ModelReady(_format(audio, "input"), _format(audio, "output"))


def _format(audio: Mapping[str, Any], side: str) -> str:
    return f.identifier(f.part(f.part(audio, side), "format"), "type")


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
        elif (number := f.count_or_none(value)) is not None and not isinstance(value, str):
            counts[key] = number
        elif key == "type" and isinstance(value, str):
            counts[key] = value[:40]
    return counts


def _previous(message: Mapping[str, Any]) -> str | None:
    previous = message.get("previous_item_id")
    return previous if isinstance(previous, str) and previous else None


def append_audio(sound: str) -> str:
    """Hot path: the message that forwards audio to the model."""
    return f'{{"type":"input_audio_buffer.append","audio":"{sound}"}}'


def write_message(action: a.ModelAction, session: SessionConfig) -> str:
    """The message that performs an action on the model's session."""
    if isinstance(action, a.Listen):
        return append_audio(action.audio)
    return json.dumps(_message_for(action, session), separators=(",", ":"))


def _message_for(action: a.Message, session: SessionConfig) -> dict[str, Any]:
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
    """A text item. What the agent said must be `output_text`: there are no assistant items with audio."""
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


def _session_config(session: SessionConfig) -> dict[str, Any]:
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
