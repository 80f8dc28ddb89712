"""Events: what happened on either side of the bridge. Frozen, in no peer's spelling; times in ms are whole numbers.

Every event may come twice, late, out of order or never; the bridge says for each what that means.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from realtime.bridge.vocabulary.actions import Speaker
from realtime.bridge.vocabulary.call_config import Phrase


# --- the carrier -------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class StreamConnected:
    """The carrier opened its socket; nothing can be played before the stream starts."""


@dataclass(frozen=True, slots=True)
class StreamStarted:
    """The media stream of a call begins."""

    stream_sid: str
    call_sid: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    encoding: str = "audio/x-mulaw"
    sample_rate: int = 8000
    channels: int = 1

    @property
    def is_mulaw(self) -> bool:
        """Whether the stream has the one format that passes through to the model untouched."""
        return (self.encoding, self.sample_rate, self.channels) == ("audio/x-mulaw", 8000, 1)


@dataclass(frozen=True, slots=True)
class CallerSpoke:
    """A frame of the caller's audio, base64 mu-law. `at_ms` counts from the start of the stream."""

    audio: str
    at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class MarkEchoed:
    """The carrier sent a mark back: its audio was played, or dropped by `clear`."""

    mark: str


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """The caller pressed a key (DTMF)."""

    digit: str


@dataclass(frozen=True, slots=True)
class StreamStopped:
    """The far end hung up, or the carrier's socket is closed."""


# --- the model ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ModelConnected:
    """A new session exists, with its own defaults."""


@dataclass(frozen=True, slots=True)
class ModelReady:
    """The session took our configuration; both audio formats as the model confirmed them."""

    input_format: str = "audio/pcmu"
    output_format: str = "audio/pcmu"


@dataclass(frozen=True, slots=True)
class ModelLost:
    """The model's socket could not be opened, or was closed."""

    reason: str


@dataclass(frozen=True, slots=True)
class ModelErred:
    """The model refused something. The session stays open unless the code is fatal."""

    code: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class CallerStarted:
    """The model hears the caller begin. `at_ms` is on the clock of the audio it was sent."""

    item_id: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class CallerFinished:
    """The caller's turn is over. `at_ms` includes the silence the model waited for."""

    item_id: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class ItemPlaced:
    """An item is in the conversation, after item `after` (None: first, or not said). `tool_result` names a call."""

    item_id: str
    after: str | None = None
    speaker: Speaker | None = None
    tool_result: str | None = None


@dataclass(frozen=True, slots=True)
class TranscriptArrived:
    """The caller's words. None when the transcription failed."""

    item_id: str
    text: str | None
    usage: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ResponseStarted:
    """The model begins a response."""

    response_id: str


@dataclass(frozen=True, slots=True)
class AudioArrived:
    """A piece of the agent's speech, base64 mu-law."""

    response_id: str
    item_id: str
    audio: str


@dataclass(frozen=True, slots=True)
class AudioEnded:
    """All audio of an item has been sent."""

    item_id: str


@dataclass(frozen=True, slots=True)
class WordsArrived:
    """The words of an agent's item: the next piece, or (`complete`) all of them."""

    response_id: str
    item_id: str
    text: str
    complete: bool = False


@dataclass(frozen=True, slots=True)
class ResponseEnded:
    """The response is over. `status` is completed, cancelled, failed or incomplete."""

    response_id: str
    status: str
    reason: str = ""
    error_code: str = ""
    usage: Mapping[str, Any] | None = None


# --- tools and the application ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ToolCalled:
    """The model calls a tool. `arguments` is its JSON text, complete."""

    response_id: str
    item_id: str
    call_id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ToolReturned:
    """A tool's result for the model (JSON text).

    `news` False: the agent need not speak about it if it asked the caller something when calling the tool.
    `hang_up`: the tool ends the call once the goodbye has been heard.
    `hand_over`: the tool gives the call to a person once the agent's announcement has been heard.
    """

    call_id: str
    output: str
    news: bool = True
    hang_up: bool = False
    hand_over: bool = False


@dataclass(frozen=True, slots=True)
class StepDownAsked:
    """The application takes the call off this engine: a deploy, a colleague taking over."""

    reason: str


@dataclass(frozen=True, slots=True)
class LeaveAsked:
    """The application ends the call now, with a last phrase that nobody can interrupt (an opt-out, a limit)."""

    reason: str
    last_word: Phrase | None = None


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """The application has a question for the caller that comes before all else, in these words."""

    words: str


@dataclass(frozen=True, slots=True)
class Unintelligible:
    """A peer sent what we cannot read: which peer, and what kind of problem (never its content)."""

    peer: str
    problem: str


type StreamEvent = StreamConnected | StreamStarted | MarkEchoed | KeyPressed | StreamStopped
type ModelEvent = (
    ModelConnected
    | ModelReady
    | ModelLost
    | ModelErred
    | CallerStarted
    | CallerFinished
    | ItemPlaced
    | TranscriptArrived
    | ResponseStarted
    | AudioArrived
    | AudioEnded
    | WordsArrived
    | ResponseEnded
    | ToolCalled
)
type ApplicationEvent = ToolReturned | StepDownAsked | LeaveAsked | QuestionAsked | Unintelligible
type Move = StreamEvent | ModelEvent | ApplicationEvent
type Event = CallerSpoke | Move
