"""The log of one Realtime session, from the messages of its socket in both directions."""

import base64
import itertools
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.journal.folding import MessageFolder
from sandbox.journal.journal import Journal

_LONGEST_FIELD = 600
_NUMBERS = itertools.count(1)
# Samples of the caller's voice the app passed on: enough to tell whose voice it is.
_SAMPLES, _EVERY, _SAMPLE_BYTES = 60, 8, 160
_PARTS = ("response", "item", "error", "session", "usage")
_WIRE_CODECS = {"audio/pcm": "pcm", "audio/pcmu": "pcmu", "audio/pcma": "pcma"}
# Types sent piece by piece, and the field that has the piece.
_PIECES = {
    "response.output_audio.delta": "audio",
    "response.output_audio_transcript.delta": "text",
    "response.output_text.delta": "text",
    "response.function_call_arguments.delta": "text",
    "conversation.item.input_audio_transcription.delta": "text",
}


@dataclass(eq=False)
class SessionLog:
    """``direction`` "in" is from the app, "out" to it. Times in epoch seconds."""

    model: str = ""
    agent: str = ""
    began: float = field(default_factory=time.time)
    ended: float | None = None
    number: int = field(default_factory=lambda: next(_NUMBERS))
    id: str = ""
    samples: list[bytes] = field(default_factory=list)
    journal: Journal = field(init=False)
    _folder: MessageFolder = field(init=False)
    _codecs: dict[str, str] = field(default_factory=lambda: {"in": "pcm", "out": "pcm"})
    _audible: int = 0

    def __post_init__(self) -> None:
        self.journal = Journal(began=self.began)
        self._folder = MessageFolder(self._note)
        self.journal.note("session_open", {"model": self.model, "user_agent": self.agent})

    def _note(self, direction: str, data: Mapping[str, Any], at: float) -> None:
        self.journal.note("session", {"direction": direction, **data}, at=at)

    def message(self, direction: str, text: str | None) -> None:
        """One frame of the socket."""
        event = _read(text)
        kind = str(event.get("type", "not an event"))
        if kind == "input_audio_buffer.append" and direction == "in":
            self._append(str(event.get("audio", "")))
        elif kind in _PIECES:
            self._piece(kind, event)
        else:
            self._learn(kind, event)
            self._folder.finish(str(event.get("item_id", "-")))
            self._folder.pass_on(direction, kind, summary(event))

    def _append(self, audio: str) -> None:
        codec = self._codecs["in"]
        self._folder.fold("in", "input_audio_buffer.append", audio=audio, codec=codec)
        if codec == "pcmu" and len(self.samples) < _SAMPLES:
            self.samples.extend(self._sampled(audio))

    def _sampled(self, audio: str) -> Iterator[bytes]:
        """Keeps a piece of audio with voice in it now and then."""
        try:
            sound = base64.b64decode(audio)
        except ValueError:
            return
        for at in range(0, len(sound) - _SAMPLE_BYTES + 1, _SAMPLE_BYTES):
            piece = sound[at : at + _SAMPLE_BYTES]
            if len(set(piece)) > 16:
                self._audible += 1
                if self._audible % _EVERY == 1:
                    yield piece

    def _piece(self, kind: str, event: Mapping[str, Any]) -> None:
        about, delta = str(event.get("item_id", "")), str(event.get("delta", ""))
        self._folder.fold("out", kind, about=about, codec=self._codecs["out"], **{_PIECES[kind]: delta})

    def _learn(self, kind: str, event: Mapping[str, Any]) -> None:
        """Learns the session's id and its formats."""
        if kind not in ("session.created", "session.updated"):
            return
        session = event.get("session") or {}
        self.id = str(session.get("id", self.id))
        audio = session.get("audio") or {}
        for direction, part in (("in", "input"), ("out", "output")):
            wire = ((audio.get(part) or {}).get("format") or {}).get("type", "")
            self._codecs[direction] = _WIRE_CODECS.get(wire, self._codecs[direction])

    def refused(self, status: int) -> None:
        """The handshake was answered with an HTTP status."""
        self.journal.note("session_refused", {"status": status})

    def close(self, code: int | None, *, by: str, reason: str = "") -> None:
        """The socket closed; a second call does nothing."""
        if self.ended is None:
            self.ended = time.time()
            self._folder.finish()
            self.journal.note("session_close", {"code": code, "by": by, "reason": reason})


def _read(text: str | None) -> dict[str, Any]:
    try:
        event = json.loads(text or "")
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def summary(event: Mapping[str, Any]) -> dict[str, Any]:
    """A message's short fields, and those of the objects it carries."""
    data = _short(event)
    data |= {part: _short(event[part]) | _gist(event[part]) for part in _PARTS if isinstance(event.get(part), dict)}
    data.pop("type", None)
    return data


def _short(fields: Mapping[str, Any]) -> dict[str, Any]:
    scalars = {name: value for name, value in fields.items() if isinstance(value, str | int | float)}
    return {name: value[:_LONGEST_FIELD] if isinstance(value, str) else value for name, value in scalars.items()}


def _gist(part: Mapping[str, Any]) -> dict[str, Any]:
    """The nested fields worth a line."""
    found: dict[str, Any] = {}
    content = part.get("content")
    if isinstance(content, list):
        words = [
            str(piece.get("transcript") or piece.get("text") or "") for piece in content if isinstance(piece, dict)
        ]
        found["words"] = " ".join(words)[:_LONGEST_FIELD]
    if isinstance(part.get("tools"), list):
        found["tools"] = len(part["tools"])
    if isinstance(part.get("status_details"), dict):
        found["status_details"] = json.dumps(part["status_details"])[:_LONGEST_FIELD]
    if isinstance(part.get("usage"), dict):
        found["usage"] = _short(part["usage"])
    return found
