"""What Ringside asks of its vendors, in Ringside's words. SDK objects never leave this package."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

LONGEST_TOOL_NAME = 60  # a row holds so many letters; OpenAI's limit is 64


class ProviderError(Exception):
    """A vendor refused or failed. `permanent` means trying again cannot help; `code` is the vendor's own."""

    def __init__(self, message: str, *, permanent: bool = False, code: str = "", unknown_outcome: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.code = code
        self.unknown_outcome = unknown_outcome  # e.g. a time-out: the call may have been placed all the same


@dataclass(frozen=True, slots=True)
class DialPlan:
    """One outbound call, as the carrier must place it. Times in seconds; URLs absolute."""

    to: str
    from_number: str
    answer_url: str
    status_url: str
    recording_url: str = ""
    amd_url: str = ""
    record: bool = True
    ring_seconds: int = 25
    max_seconds: int = 600


@dataclass(frozen=True, slots=True)
class CarrierCall:
    """What the carrier says of a call: its sid and its REST status (queued, ringing, in-progress, …)."""

    sid: str
    status: str
    to: str = ""
    duration_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class CarrierRecording:
    """A recording as the carrier lists it: status is completed, absent, processing, …"""

    sid: str
    status: str
    url: str
    seconds: float | None = None
    started_at: datetime | None = None


class Telephony(Protocol):
    """The carrier."""

    def place_call(self, plan: DialPlan) -> CarrierCall: ...

    def end_call(self, sid: str) -> None: ...

    def redirect_call(self, sid: str, *, url: str) -> None: ...

    def fetch_call(self, sid: str) -> CarrierCall: ...

    def find_calls(self, *, to: str, since: datetime) -> list[CarrierCall]: ...

    def find_recordings(self, sid: str) -> list[CarrierRecording]: ...

    def download_recording(self, url: str) -> bytes: ...

    def is_up(self) -> bool: ...


def tool_name(text: str) -> str:
    """A tool's name as a model wrote it, in letters a request may repeat: a dot would be refused."""
    return re.sub(r"[^a-zA-Z0-9_-]", "_", text)[:LONGEST_TOOL_NAME] or "unnamed"


@dataclass(frozen=True, slots=True)
class ToolRequest:
    """A function call of the chat model; `arguments` is its JSON text, perhaps cut short."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A piece of streamed text."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolPiece:
    """A tool request is being written; it is given whole with the ChatEnd."""


@dataclass(frozen=True, slots=True)
class ChatUsage:
    """Tokens of one request; `cached` is a subset of `prompt`."""

    prompt: int
    completion: int
    cached: int


@dataclass(frozen=True, slots=True)
class ChatEnd:
    """The end of a streamed answer: all tool requests, and the usage when the vendor sent it."""

    tools: tuple[ToolRequest, ...] = ()
    usage: ChatUsage | None = None
    request_id: str = ""


type Piece = TextPiece | ToolPiece | ChatEnd


class Chat(Protocol):
    """The text model. `messages` and `tools` are in Chat Completions' JSON shape.

    `model` names what is billed. A stream is a plain iterator: each webhook has a thread of its own.
    """

    model: str

    def stream(
        self, messages: Sequence[dict[str, Any]], *, tools: Sequence[dict[str, Any]] = ()
    ) -> Iterator[Piece]: ...


@dataclass(frozen=True, slots=True)
class Transcription:
    """Recognised speech; `segments` are (start_ms, end_ms, text) when the vendor gives them."""

    text: str
    segments: tuple[tuple[int, int, str], ...] = field(default=())


class Transcriber(Protocol):
    """Recognition of recorded speech; `model` names what is billed."""

    model: str

    def transcribe(self, wav: bytes, *, language: str = "en") -> Transcription: ...


@dataclass(frozen=True, slots=True)
class RenderedSpeech:
    """Speech as bytes of `content_type`, and what the vendor bills for it."""

    audio: bytes
    content_type: str
    characters: int


class Speech(Protocol):
    """Text to speech. `output` is mulaw (8 kHz, raw), mp3 or pcm (s16le, 8 kHz)."""

    voice: str
    engine: str

    def render(self, text: str, *, output: str) -> RenderedSpeech: ...
