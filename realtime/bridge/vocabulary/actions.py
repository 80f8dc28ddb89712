"""Actions: what the bridge wants done, its only output. The call session performs them in order and decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Speaker(StrEnum):
    """Who said a line."""

    AGENT = "agent"
    CALLER = "caller"


class Kind(StrEnum):
    """How a line came about."""

    SPEECH = "speech"
    OPENING = "opening"
    RECORDED = "recorded"
    KEYS = "keys"


# --- records -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Timing:
    """How long the caller waited, in ms after they stopped speaking. `audible_ms` only when a mark proves it."""

    endpoint_ms: int
    response_ms: int | None
    first_audio_ms: int
    audible_ms: int | None = None


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One line of the transcript, recorded again (same `item_id`) whenever more is known.

    `text` is what was heard, `generated` what the model wrote; offsets are ms since the start of the stream;
    `settled` lines change only if words come late; `confirmed` means proved by marks, or transcribed.
    """

    item_id: str
    speaker: Speaker
    kind: Kind
    position: float = 0.0
    text: str = ""
    generated: str = ""
    started_ms: int | None = None
    ended_ms: int | None = None
    interrupted: bool = False
    settled: bool = False
    confirmed: bool = False
    timing: Timing | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """Usage as the model reported it. `meter` is response or transcription, `key` the response's or the item's id."""

    meter: str
    key: str
    usage: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """A fact for the call's event log, at ms since the start of the stream."""

    what: str
    at_ms: int
    data: Mapping[str, Any] = field(default_factory=dict)


type Entry = TranscriptLine | Spent | Note


# --- for the carrier -----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Play:
    """Send audio to the caller, and a mark after it."""

    audio: str
    mark: str


@dataclass(frozen=True, slots=True)
class StopPlayback:
    """Drop what the carrier still has to play."""


# --- for the model -------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Configure:
    """Give the new session its audio format, instructions and tools."""


@dataclass(frozen=True, slots=True)
class Probe:
    """Ask the session for any answer at all, to see whether it lives. Changes nothing."""


@dataclass(frozen=True, slots=True)
class Reconnect:
    """Open another model session for this call, in place of one that may still be open."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Forward the caller's audio to the model."""

    audio: str


@dataclass(frozen=True, slots=True)
class Remember:
    """Add a message to the model's conversation: something said while this session was not there."""

    item_id: str
    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class RememberToolCall:
    """Add an earlier tool call to a new session's conversation."""

    call_id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class GiveToolResult:
    """Add a tool's result to the conversation. It starts no response by itself."""

    call_id: str
    output: str


@dataclass(frozen=True, slots=True)
class Truncate:
    """Cut an item in the model's conversation at what the caller heard of it."""

    item_id: str
    heard_ms: int


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete an item from the model's conversation: the caller heard nothing of it."""

    item_id: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel a running response."""

    response_id: str


@dataclass(frozen=True, slots=True)
class Respond:
    """Ask the model for a response, with an instruction of ours (`direction`) or its own."""

    direction: str | None = None
    may_use_tools: bool = True


# --- for the application -------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class RunTool:
    """Run a tool while the conversation goes on. Its result is of no use after `seconds`."""

    call_id: str
    name: str
    arguments: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Record:
    """Store something about the call. Nothing waits for it."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Complaint:
    """A peer broke the protocol: a line for the log, without content."""

    about: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FallBack:
    """Close both sockets; the call goes on in the conversational engine."""

    reason: str


@dataclass(frozen=True, slots=True)
class Finish:
    """End the call with the carrier. The goodbye has been heard, or nobody is there to hear it."""

    reason: str


type ContextItem = Remember | RememberToolCall | GiveToolResult
type CarrierAction = Play | StopPlayback
type Message = Configure | Probe | ContextItem | Truncate | Forget | Cancel | Respond
type ModelAction = Listen | Message
type ApplicationAction = Reconnect | RunTool | Record | Complaint | FallBack | Finish
type Action = CarrierAction | ModelAction | ApplicationAction
