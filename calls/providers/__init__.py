"""The protocols and values by which Ringside talks to its vendors. SDK objects never leave this package.

Imported by all packages of `calls`; imports none of them. Tests: `tests/calls/providers/`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

LONGEST_TOOL_NAME = 60  # the column's length; OpenAI's limit is 64


class ProviderError(Exception):
    """A vendor refused or failed. `permanent`: trying again cannot help; `code` is the vendor's own."""

    def __init__(self, message: str, *, permanent: bool = False, code: str = "", unknown_outcome: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.code = code
        self.unknown_outcome = unknown_outcome  # e.g. a time-out: the call may have been placed all the same


@dataclass(frozen=True, slots=True)
class DialPlan:
    """One outbound call as the carrier must place it. Times are in seconds, URLs absolute."""

    to: str
    from_number: str
    answer_url: str
    status_url: str
    recording_url: str = ""
    amd_url: str = ""
    send_digits: str = ""  # keys pressed after the answer, W for a second's wait
    record: bool = True
    ring_seconds: int = 25
    max_seconds: int = 600


@dataclass(frozen=True, slots=True)
class CarrierCall:
    """A call as the carrier reports it: its SID and its REST status (queued, ringing, in-progress, …)."""

    sid: str
    status: str
    to: str = ""
    duration_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class CarrierRecording:
    """A recording as the carrier lists it; its status is completed, absent, processing, …"""

    sid: str
    status: str
    url: str
    seconds: float | None = None
    started_at: datetime | None = None


class Telephony(Protocol):
    """The carrier: places, ends and redirects calls, and lists and serves recordings."""

    def place_call(self, plan: DialPlan) -> CarrierCall:
        """Place an outbound call. Raises ProviderError, with `unknown_outcome` if it may have been placed anyway."""

    def end_call(self, sid: str) -> None:
        """Hang up. A call that has already ended is not an error. Raises ProviderError."""

    def redirect_call(self, sid: str, *, url: str) -> None:
        """Interrupt the call and continue with the TwiML at `url`. Raises ProviderError."""

    def fetch_call(self, sid: str) -> CarrierCall:
        """Return the call as the carrier reports it now. Raises ProviderError."""

    def find_calls(self, *, to: str, since: datetime) -> list[CarrierCall]:
        """Return the calls to a number created since then. Raises ProviderError."""

    def find_recordings(self, sid: str) -> list[CarrierRecording]:
        """Return the recordings of a call. Raises ProviderError."""

    def download_recording(self, url: str) -> bytes:
        """Download a recording as WAV. Raises ProviderError."""

    def is_up(self) -> bool:
        """Whether the carrier answers and knows the account."""


def tool_name(text: str) -> str:
    """Clean a tool's name as a model wrote it for use in the next request: a dot would be refused."""
    return re.sub(r"[^a-zA-Z0-9_-]", "_", text)[:LONGEST_TOOL_NAME] or "unnamed"


@dataclass(frozen=True, slots=True)
class ToolRequest:
    """A function call by the chat model; `arguments` is its JSON text, perhaps cut short."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A piece of streamed text."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolPiece:
    """A tool request is being streamed; it comes complete with the ChatEnd."""


@dataclass(frozen=True, slots=True)
class ChatUsage:
    """The tokens of one request; `cached` is a subset of `prompt`."""

    prompt: int
    completion: int
    cached: int


@dataclass(frozen=True, slots=True)
class ChatEnd:
    """The end of a streamed answer: all tool requests, and the usage if the vendor sent it.

    `cut` says why it ended before its end (length, content_filter); "" for a whole answer.
    """

    tools: tuple[ToolRequest, ...] = ()
    usage: ChatUsage | None = None
    request_id: str = ""
    cut: str = ""


type Piece = TextPiece | ToolPiece | ChatEnd


class Chat(Protocol):
    """The text model. `messages` and `tools` are in the JSON format of Chat Completions.

    `model` names what is billed. A stream is a plain iterator, because each webhook has a thread of its own.
    """

    model: str

    def stream(self, messages: Sequence[dict[str, Any]], *, tools: Sequence[dict[str, Any]] = ()) -> Iterator[Piece]:
        """Stream the answer, ending with its ChatEnd. Raises ProviderError, perhaps halfway."""


@dataclass(frozen=True, slots=True)
class Transcription:
    """Recognized speech; `segments` are (start_ms, end_ms, text) if the vendor returns them."""

    text: str
    segments: tuple[tuple[int, int, str], ...] = field(default=())


class Transcriber(Protocol):
    """The recognizer of recorded speech; `model` names what is billed."""

    model: str

    def transcribe(self, wav: bytes, *, language: str = "en") -> Transcription:
        """Return what is said in a WAV file. Raises ProviderError."""


@dataclass(frozen=True, slots=True)
class RenderedSpeech:
    """Speech as bytes of `content_type`, and how many characters the vendor bills."""

    audio: bytes
    content_type: str
    characters: int


class Speech(Protocol):
    """Text to speech. `output` is mulaw (8 kHz, raw), mp3 or pcm (s16le, 8 kHz)."""

    voice: str
    engine: str

    def render(self, text: str, *, output: str) -> RenderedSpeech:
        """Render the text in the format `output`. Raises ProviderError."""
