"""Personas: who answers, what they want, what they know and how they behave, read from small TOML files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from sandbox.language.numbers import in_words

FOLDER = Path(__file__).parent / "personas"
# Names that phone books may still use.
FORMER_NAMES: Mapping[str, str] = {"sceptic": "skeptic"}


@dataclass(frozen=True, slots=True)
class Persona:
    """One kind of person.

    role is "lead" (is called), "spanish_speaker" (speaks no English), "screener" (a phone's assistant before a
    lead), "machine" (an answering machine or a fax) or "staff" (calls leads for the brokerage). goal is "buyer",
    "seller" or "both". patience, ring, cuts_in_after, bursts_after and pauses are seconds; volume_db is added to the
    voice's loudness (0 = as spoken), noise_dbfs is the level of the street behind it (None: a quiet room).

    How they talk: reply_ms is the pause before an answer, pauses a longer one before the answers to some topics.
    Who interrupts cuts in with an answer after so much talk without a pause; bursts are said once each into any talk
    longer than bursts_after, understood or not; talks_over is said into the first thing that is heard.
    asides are said once each, before the first answers; of phrasings the one with that number is the first of them.
    A line in brackets, "[9]", is pressed on the keypad. drops_at is the number of the utterance in the middle of which
    this person hangs up (0: never). tone is what follows a machine's greeting: "beep", "fax" or "".

    lines, facts and pauses are merged with those of the persona it extends; script is what a staff member asks, as
    pairs of topic and words.
    """

    name: str
    role: str = "lead"
    goal: str = "buyer"
    voice: str = "buyer"
    assistant_voice: str = "Joanna"
    person: str = ""
    greeting: str = "Hello?"
    patience: float = 8.0
    ring: float = 1.0
    volume_db: float = 0.0
    noise_dbfs: float | None = None
    reply_ms: int = 300
    pauses: Mapping[str, float] = field(default_factory=dict)
    interrupts: bool = False
    cuts_in_after: float = 2.5
    bursts: tuple[str, ...] = ()
    bursts_after: float = 3.5
    talks_over: str = ""
    accepts: bool = True
    phrasings: tuple[str, ...] = ()
    phrasing: int = 0
    asides: tuple[str, ...] = ()
    hangs_up_after_asides: bool = False
    drops_at: int = 0
    tone: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, str] = field(default_factory=dict)
    script: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


def persona_names() -> list[str]:
    """The names of all personas."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def is_persona(name: object) -> bool:
    """Whether a phone book may name this persona, by its current name or a former one."""
    return isinstance(name, str) and FORMER_NAMES.get(name, name) in persona_names()


def load(persona_name: str, /, **overrides: Any) -> Persona:
    """The persona with the overrides laid over it; facts and lines are merged key by key.

    Unknown names raise KeyError; overrides that are no field of a persona are ignored, as a phone book may carry more.
    """
    name = FORMER_NAMES.get(persona_name, persona_name)
    return _build({**_with_parents(name), "name": name}, overrides)


def _with_parents(name: str) -> dict[str, Any]:
    path = FOLDER / f"{name}.toml"
    if not name.replace("_", "").isalnum() or not path.exists():
        raise KeyError(name)
    own = tomllib.loads(path.read_text())
    parent = own.pop("extends", "")
    return _merged(_with_parents(parent), own) if parent else own


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = {**under, **over}
    for key in ("facts", "lines", "pauses", "script"):
        both[key] = {**under.get(key, {}), **(over.get(key) or {})}
    return both


def _build(data: Mapping[str, Any], overrides: Mapping[str, Any]) -> Persona:
    told = {key: value for key, value in overrides.items() if value is not None}
    if "name" in told:
        told["person"] = told.pop("name")
    merged = _merged(data, told)
    merged["phrasings"] = phrasings = tuple(merged.get("phrasings", ()))
    said_first = phrasings[merged.get("phrasing", 0) % len(phrasings) :][:1] if phrasings else ()
    merged["bursts"] = tuple(merged.get("bursts", ()))
    merged["asides"] = (*said_first, *merged.get("asides", ()))
    merged["script"] = {
        goal: tuple((topic, words) for topic, words in lines) for goal, lines in merged["script"].items()
    }
    known = {each.name for each in fields(Persona)}
    return Persona(**{key: value for key, value in merged.items() if key in known})


def spoken_facts(persona: Persona) -> dict[str, str]:
    """The facts as this person says them: sums and counts in words, the first name from the full name."""
    spoken = {name: _spoken(value) for name, value in persona.facts.items()}
    spoken["person"] = persona.person or "me"
    spoken["first_name"] = persona.person.split()[0] if persona.person else "me"
    return spoken


def _spoken(value: Any) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        whole = in_words(int(value))
        return whole if value == int(value) else f"{whole} and a half"
    if isinstance(value, list):
        return " or ".join(map(str, value))
    return str(value)
