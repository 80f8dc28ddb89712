"""The phone book: who answers which number, and how."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from sandbox.callers import is_persona, persona_names

OUTCOMES = frozenset({"answer", "busy", "no-answer", "failed", "browser"})


@dataclass(frozen=True)
class Entry:
    """One number. ``outcome`` is what happens when it rings.

    The outcome "browser" rings on a phone page opened for this number, and nowhere when there is none.

    With ``script`` the person does one line each time the other side pauses, whatever it said: a string (or
    ``{"say": …}``) is said, ``{"press": "1"}`` presses keys, ``{"hang_up": true}`` hangs up, ``{"wait": true}`` lets
    the turn pass. A line with ``"after": 2`` comes after two seconds of silence instead.
    ``temper`` overrides other fields of the persona (patience, reply_ms, interrupts, phrasing …); of somebody with a
    script the patience, in seconds of silence before they hang up.
    """

    persona: str = ""
    name: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    ring_seconds: float | None = None
    outcome: str = "answer"
    voice: str = ""
    script: tuple[Any, ...] | None = None
    temper: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Entry":
        """Reads an entry. Raises ValueError for an unknown field, persona or outcome."""
        unknown = set(raw) - {entry.name for entry in fields(cls)}
        if unknown:
            raise ValueError(f"unknown fields {sorted(unknown)}")
        if raw.get("persona") not in (None, "") and not is_persona(raw["persona"]):
            raise ValueError(f"persona must be one of {persona_names()}")
        script = raw.get("script")
        entry = cls(**{**raw, "script": None if script is None else tuple(script)})
        if entry.outcome not in OUTCOMES:
            raise ValueError(f"outcome must be one of {sorted(OUTCOMES)}")
        return entry

    @property
    def overrides(self) -> dict[str, Any]:
        """The fields of the persona this entry changes."""
        given = {"name": self.name or None, "voice": self.voice or None, "facts": dict(self.facts)}
        return given | dict(self.temper)


class PhoneBook:
    """Entries by E.164 number. A number that is not listed is answered by the default persona."""

    def __init__(self, default_persona: str) -> None:
        self._default = Entry(persona=default_persona)
        self._entries: dict[str, Entry] = {}

    def load(self, path: Path) -> None:
        """Reads a JSON file. Raises OSError or ValueError when it cannot be used."""
        self.replace(json.loads(path.read_text(encoding="utf-8")))

    def replace(self, raw: Mapping[str, Mapping[str, Any]]) -> None:
        self._entries = {number: Entry.from_json(entry) for number, entry in raw.items()}

    def add(self, raw: Mapping[str, Mapping[str, Any]]) -> None:
        self._entries |= {number: Entry.from_json(entry) for number, entry in raw.items()}

    def lookup(self, number: str) -> Entry:
        entry = self._entries.get(number, self._default)
        return entry if entry.persona else replace(entry, persona=self._default.persona)

    def as_json(self) -> dict[str, Any]:
        return {number: _plain(entry) for number, entry in self._entries.items()}


def _plain(entry: Entry) -> dict[str, Any]:
    shown = {part.name: getattr(entry, part.name) for part in fields(Entry)}
    return {name: value for name, value in shown.items() if value not in ("", None) and value != {}}
