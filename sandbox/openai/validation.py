"""Validates the events Realtime accepts and sends: the SDK's event models, plus ranges and rules no model states."""

import base64
import binascii
import typing
from collections.abc import Iterator
from typing import Any

from openai import BaseModel
from openai.types.realtime import AudioTranscription, RealtimeClientEvent, RealtimeServerEvent

from sandbox.conformance.sdk_types import Problem, literals, misfits, missing, wrong_type, wrong_value

LONGEST_EVENT_ID = 512
LARGEST_APPEND = 15 * 1024 * 1024
VOICES = ("alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar")
TRANSCRIPTION_MODELS = literals(AudioTranscription.model_fields["model"].annotation)
LISTENING_EVENTS = frozenset(
    {"session.update", "input_audio_buffer.append", "input_audio_buffer.commit", "input_audio_buffer.clear"}
)
# Fields of a server's session that the SDK's model leaves out.
SERVER_ONLY = {"session.id", "session.object", "session.expires_at"}

# Path, lowest and highest value; the service documents all of them.
RANGES: tuple[tuple[str, float, float], ...] = (
    ("session.audio.input.turn_detection.threshold", 0.0, 1.0),
    ("session.audio.input.turn_detection.prefix_padding_ms", 0, 10_000),
    ("session.audio.input.turn_detection.silence_duration_ms", 0, 60_000),
    ("session.audio.input.turn_detection.idle_timeout_ms", 5_000, 30_000),
    ("session.audio.output.speed", 0.25, 1.5),
    ("session.max_output_tokens", 1, 4096),
    ("response.max_output_tokens", 1, 4096),
    ("session.truncation.retention_ratio", 0.0, 1.0),
    ("audio_end_ms", 0, 2**31),
    ("content_index", 0, 2**31),
)


def _by_type(union: Any) -> dict[str, type[BaseModel]]:
    models = typing.get_args(typing.get_args(union)[0])
    return {typing.get_args(model.model_fields["type"].annotation)[0]: model for model in models}


CLIENT_EVENTS = _by_type(RealtimeClientEvent)
SERVER_EVENTS = _by_type(RealtimeServerEvent)


def client_problems(event: Any, *, only_listens: bool = False) -> list[Problem]:
    """Why the service would refuse this event; the first is the one it would name. Empty for a good event.

    A session that ``only_listens`` has no conversation to speak in.
    """
    if not isinstance(event, dict):
        return [wrong_type("", event, "an object")]
    if "type" not in event:
        return [missing("type")]
    model = CLIENT_EVENTS.get(event["type"]) if isinstance(event["type"], str) else None
    if model is None:
        return [wrong_value("type", event["type"], tuple(CLIENT_EVENTS))]
    if only_listens and event["type"] not in LISTENING_EVENTS:
        message = f"Invalid value: '{event['type']}'. Not supported in transcription sessions."
        return [Problem("invalid_value", message, "type")]
    if _is_plain_append(event):
        return [*_append_rules(event)]
    return [*misfits(model, _without_references(event), "")] or [*_rules(event)]


def _is_plain_append(event: dict[str, Any]) -> bool:
    """Whether this is an ordinary audio message. Nine in ten are, fifty a second: they skip the walk over the model."""
    return (
        event["type"] == "input_audio_buffer.append"
        and event.keys() <= {"type", "audio"}
        and isinstance(event.get("audio"), str)
    )


def client_type(event: Any) -> str:
    """The event's type when it is a known one."""
    kind = event.get("type") if isinstance(event, dict) else None
    return kind if isinstance(kind, str) and kind in CLIENT_EVENTS else "unknown"


def server_problems(event: dict[str, Any]) -> list[Problem]:
    """What is wrong with an event the sandbox is about to send."""
    model = SERVER_EVENTS.get(event.get("type", ""))
    if model is None:
        return [wrong_value("type", event.get("type"), tuple(SERVER_EVENTS))]
    return [problem for problem in misfits(model, event, "") if problem.param not in SERVER_ONLY]


def at(event: dict[str, Any], path: str) -> Any:
    """The value at a dotted path, or None."""
    value: Any = event
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _without_references(event: dict[str, Any]) -> dict[str, Any]:
    """The SDK's response model does not know ``item_reference``, the service does."""
    items = at(event, "response.input")
    if not isinstance(items, list):
        return event
    others = [item for item in items if not (isinstance(item, dict) and item.get("type") == "item_reference")]
    return event | {"response": event["response"] | {"input": others}}


def _rules(event: dict[str, Any]) -> Iterator[Problem]:
    """The rules no model states, for an event of the right shape."""
    if isinstance(event.get("event_id"), str) and len(event["event_id"]) > LONGEST_EVENT_ID:
        yield Problem("string_above_max_length", "Invalid 'event_id': string too long.", "event_id")
    yield from _range_problems(event)
    for path in ("session.output_modalities", "response.output_modalities"):
        if (modalities := at(event, path)) is not None and modalities not in (["audio"], ["text"]):
            yield wrong_value(path, modalities, ("['audio']", "['text']"))
    for path in ("session.audio.output.voice", "response.audio.output.voice"):
        if isinstance(voice := at(event, path), str) and voice not in VOICES:
            yield wrong_value(path, voice, VOICES)
    for path in ("session.audio.input.format", "session.audio.output.format", "response.audio.output.format"):
        if isinstance(format_ := at(event, path), dict) and "type" not in format_:
            yield missing(f"{path}.type")
    for path in ("session.tools", "response.tools"):
        yield from _tool_problems(at(event, path) or [], path)
    yield from _RULES.get(event["type"], _no_rules)(event)


def _range_problems(event: dict[str, Any]) -> Iterator[Problem]:
    for path, lowest, highest in RANGES:
        value = at(event, path)
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        kind = "integer" if isinstance(value, int) else "decimal"
        if value < lowest:
            yield _out_of_range(path, kind, "below_min", f"a value >= {lowest}", value)
        if value > highest:
            yield _out_of_range(path, kind, "above_max", f"a value <= {highest}", value)


def _out_of_range(path: str, kind: str, where: str, expected: str, value: object) -> Problem:
    side = "below minimum" if where == "below_min" else "above maximum"
    message = f"Invalid '{path}': {kind} {side} value. Expected {expected}, but got {value} instead."
    return Problem(f"{kind}_{where}_value", message, path)


def _tool_problems(tools: Any, path: str) -> Iterator[Problem]:
    for index, tool in enumerate(tools):
        if tool.get("type") == "mcp":
            yield Problem("invalid_value", "This sandbox offers no MCP servers.", f"{path}[{index}]")
        elif not tool.get("name"):
            yield missing(f"{path}[{index}].name")


def _no_rules(event: dict[str, Any]) -> Iterator[Problem]:
    return iter(())


def _append_rules(event: dict[str, Any]) -> Iterator[Problem]:
    audio = event.get("audio")
    if isinstance(audio, str) and len(audio) > LARGEST_APPEND:
        yield Problem("invalid_value", "Invalid 'audio': the maximum is 15 MiB.", "audio")
    elif isinstance(audio, str) and audio_bytes(audio) is None:
        yield _no_audio("audio")


def _no_audio(path: str) -> Problem:
    message = f"Invalid '{path}'. Expected base64-encoded audio bytes but got an invalid value."
    return Problem("invalid_value", message, path)


def audio_bytes(audio: str) -> bytes | None:
    """Decoded base64, or None when it is not base64."""
    try:
        return base64.b64decode(audio, validate=True)
    except (binascii.Error, ValueError):
        return None


def _session_rules(event: dict[str, Any]) -> Iterator[Problem]:
    transcription = at(event, "session.audio.input.transcription") or {}
    model, path = transcription.get("model"), "session.audio.input.transcription.model"
    if event["session"].get("type") == "realtime" and model not in (None, *TRANSCRIPTION_MODELS):
        yield wrong_value(path, model, TRANSCRIPTION_MODELS)
    if "language" in transcription and "languages" in transcription:
        path = "session.audio.input.transcription.languages"
        yield Problem("invalid_value", "Give either 'language' or 'languages', not both.", path)


def _item_rules(event: dict[str, Any]) -> Iterator[Problem]:
    yield from item_problems(event["item"], "item")


def item_problems(item: dict[str, Any], path: str) -> Iterator[Problem]:
    """Content a client may not put into a conversation; ``item`` is of the shape its type asks for."""
    if item["type"] != "message":
        return
    allowed = {"assistant": ("output_text",), "system": ("input_text",)}
    supported = allowed.get(item["role"], ("input_text", "input_audio"))
    for index, part in enumerate(item["content"]):
        if part.get("type") not in supported:
            yield wrong_value(f"{path}.content[{index}].type", part.get("type"), supported)
        elif audio_bytes(part.get("audio") or "") is None:
            yield _no_audio(f"{path}.content[{index}].audio")


def _response_rules(event: dict[str, Any]) -> Iterator[Problem]:
    response = event.get("response") or {}
    if response.get("conversation") not in (None, "auto", "none"):
        yield wrong_value("response.conversation", response["conversation"], ("auto", "none"))
    metadata = response.get("metadata") or {}
    if not _metadata_fits(metadata):
        message = "Metadata takes 16 pairs, keys of 64 and values of 512 characters."
        yield Problem("invalid_value", message, "response.metadata")
    for index, item in enumerate(response.get("input") or []):
        path = f"response.input[{index}]"
        yield from _reference_problems(item, path) if item["type"] == "item_reference" else item_problems(item, path)


def _reference_problems(item: dict[str, Any], path: str) -> Iterator[Problem]:
    if "id" not in item:
        yield missing(f"{path}.id")
    elif not isinstance(item["id"], str):
        yield wrong_type(f"{path}.id", item["id"], "a string")


def _metadata_fits(metadata: dict[str, Any]) -> bool:
    return len(metadata) <= 16 and all(len(k) <= 64 and len(v) <= 512 for k, v in metadata.items())


_RULES = {
    "input_audio_buffer.append": _append_rules,
    "session.update": _session_rules,
    "conversation.item.create": _item_rules,
    "response.create": _response_rules,
}
