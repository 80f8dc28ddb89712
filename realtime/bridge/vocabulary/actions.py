"""What to do: the bridge's only output. The shell performs actions in order and decides nothing."""

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
    """How long the caller waited, in ms after he stopped speaking; ``audible_ms`` only when a mark proves it."""

    endpoint_ms: int
    response_ms: int | None
    first_audio_ms: int
    audible_ms: int | None = None


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One line of the transcript, recorded again (same ``item_id``) whenever more is known.

    ``text`` is what was heard, ``generated`` what the model wrote; offsets are ms since the start of the stream;
    ``settled`` lines change only if words come late; ``confirmed`` means proved by marks, or transcribed.
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
    """Usage as the model reported it; ``meter`` is response or transcription, ``key`` the response's or item's id."""

    meter: str
    key: str
    usage: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """A fact for the call's timeline, at ms since the start of the stream."""

    what: str
    at_ms: int
    data: Mapping[str, Any] = field(default_factory=dict)


type Entry = TranscriptLine | Spent | Note


# --- towards the phone ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Play:
    """Send audio to the caller, and the mark behind it."""

    audio: str
    mark: str


@dataclass(frozen=True, slots=True)
class StopPlayback:
    """Throw away what the carrier still has to play."""


# --- towards the model ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Configure:
    """Give the fresh session its format, persona and tools."""


@dataclass(frozen=True, slots=True)
class Probe:
    """Ask the session for a sign of life, and change nothing."""


@dataclass(frozen=True, slots=True)
class Reconnect:
    """Open another model session for this call, instead of one that may still be open."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Let the model hear the caller."""

    audio: str


@dataclass(frozen=True, slots=True)
class Remember:
    """Put a line into the model's conversation: what was said when it was not there."""

    item_id: str
    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class RememberToolCall:
    """Put an earlier tool call into a new session's conversation."""

    call_id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class GiveToolResult:
    """Put a tool's answer into the conversation; it starts no response by itself."""

    call_id: str
    output: str


@dataclass(frozen=True, slots=True)
class Truncate:
    """Make the model forget what the caller did not hear of an item."""

    item_id: str
    heard_ms: int


@dataclass(frozen=True, slots=True)
class Forget:
    """Take an item out of the conversation: nothing of it was heard."""

    item_id: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop a running response."""

    response_id: str


@dataclass(frozen=True, slots=True)
class Respond:
    """Ask the model for its next words, under a direction of ours or its own instructions."""

    direction: str | None = None
    may_use_tools: bool = True


# --- towards the house ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class RunTool:
    """Run a tool beside the conversation; its answer is worthless after ``seconds``."""

    call_id: str
    name: str
    arguments: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Record:
    """Keep something about the call; never waited for."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Complaint:
    """Somebody broke the protocol; for the log, without content."""

    about: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FallBack:
    """Close both sockets and let the call go on in the conversational chain."""

    reason: str


@dataclass(frozen=True, slots=True)
class Finish:
    """End the call with the carrier; goodbye has been heard, or nobody is there to hear it."""

    reason: str


type ContextItem = Remember | RememberToolCall | GiveToolResult
type CarrierAction = Play | StopPlayback
type Message = Configure | Probe | ContextItem | Truncate | Forget | Cancel | Respond
type ModelAction = Listen | Message
type ApplicationAction = Reconnect | RunTool | Record | Complaint | FallBack | Finish
type Action = CarrierAction | ModelAction | ApplicationAction
