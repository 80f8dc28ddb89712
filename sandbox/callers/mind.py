"""What a simulated person decides on the phone: what to answer to recognized words, and when to hang up.

A mind gets only the text that was recognized, errors included, and returns acts: something to say, keys to press,
hanging up, or waiting. It has no clock: its owner reports silences to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from sandbox.callers import persona as personas
from sandbox.callers.persona import Persona


@dataclass(frozen=True, slots=True)
class Say:
    """Say this after a pause of delay_ms, counted from the end of what was heard.

    With over it is said even while the other side speaks; share (0 to 1) is the part of it that is said at all.
    """

    text: str
    delay_ms: int = 300
    over: bool = False
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Press:
    """Press these keys."""

    digits: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """Hang up once everything said before has been played."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Say nothing: it was not a question, or not for this person."""


Act = Say | Press | HangUp | Wait

LEAVE_AFTER = 2.0
"""Seconds after the goodbyes until a person puts the phone down if the other side has not."""
LAST_PATIENCE = 3
"""Unanswered "Hello?"s until a person gives up."""
SHARE_BEFORE_DROPPING = 0.5
"""How much of the sentence is out when somebody hangs up in the middle of it."""
KEYS = re.compile(r"\[([0-9*#w]+)\]")


@dataclass
class Mind:
    """One person in one call. Subclasses decide what to answer; this class handles leaving, waiting, interrupting."""

    roles: ClassVar[dict[str, type[Mind]]] = {}

    persona: Persona
    leaving: bool = False
    last_said: str = ""
    turns: int = 0
    was_told: bool = False
    _nudges: int = 0
    _silent_since: float = 0.0
    _last_silence: float = 0.0
    _asides: list[str] = field(default_factory=list)
    _talks_over: str = ""
    _bursts: list[str] = field(default_factory=list)

    @classmethod
    def load(cls, persona_name: str, /, **overrides: Any) -> Mind:
        """A mind for a persona; overrides such as name=, facts={...} or voice= come from the phone book."""
        persona = personas.load(persona_name, **overrides)
        return cls.roles[persona.role](persona)

    def __init_subclass__(cls, role: str, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.roles[role] = cls

    def __post_init__(self) -> None:
        self._asides, self._talks_over = list(self.persona.asides), self.persona.talks_over
        self._bursts = list(self.persona.bursts)
        self.facts = personas.spoken_facts(self.persona)

    @property
    def voice(self) -> str:
        return self.persona.voice

    @property
    def cuts_in_after(self) -> float | None:
        """Seconds of uninterrupted talk after which this person answers into it; None: never."""
        return self.persona.cuts_in_after if self.persona.interrupts or self._talks_over else None

    @property
    def bursts_after(self) -> float | None:
        """Seconds of talk after which this person says something into it without having understood it; None: never."""
        return self.persona.bursts_after if self._bursts else None

    def burst(self) -> Say:
        """The next interruption; only while ``bursts_after`` says there is one."""
        return replace(self._say(self._bursts.pop(0), delay_ms=0), over=True)

    def on_answer(self) -> Say | None:
        """What is said on picking up."""
        return self._say(self.persona.greeting) if self.persona.greeting else None

    def hear(self, text: str) -> list[Act]:
        """What this person does on hearing a stretch of speech."""
        self._silent_since = self._last_silence = 0.0
        self._nudges = 0
        if self._talks_over:
            line, self._talks_over = self._talks_over, ""
            return [replace(self._say(line, delay_ms=0), over=True)]
        return self._dropped(self.answer(text)) or [Wait()]

    def _dropped(self, acts: list[Act]) -> list[Act]:
        """Adds a hang-up in the middle of the sentence at which this person hangs up."""
        if not 0 < self.persona.drops_at <= self.turns:
            return acts
        return [replace(act, share=SHARE_BEFORE_DROPPING) if isinstance(act, Say) else act for act in acts] + [HangUp()]

    def answer(self, text: str) -> list[Act]:
        """The acts on hearing a text; [] to wait."""
        return []

    def silence(self, seconds: float) -> list[Act]:
        """What this person does after that many seconds of silence; may be called again and again."""
        if seconds < self._last_silence:
            self._silent_since = 0.0
        self._last_silence = seconds
        if self.leaving:
            return [HangUp()] if seconds >= LEAVE_AFTER else [Wait()]
        if seconds - self._silent_since < self.persona.patience:
            return [Wait()]
        self._silent_since = seconds
        self._nudges += 1
        return self.nudge(self._nudges)

    def nudge(self, times: int) -> list[Act]:
        """What is said into a long silence, for the first, second ... time."""
        if times >= LAST_PATIENCE:
            return [self._leave("I have to go. Goodbye."), HangUp()]
        return [self._say("Hello? Are you there?" if times > 1 else "Hello?")]

    def _say(self, line: str, *, delay_ms: int | None = None) -> Say:
        text = self.worded(line)
        self.last_said = text
        self.turns += 1
        over = self.persona.interrupts
        return Say(text, self.persona.reply_ms if delay_ms is None else delay_ms, over)

    def _do(self, line: str, topic: str = "") -> Act:
        """The line as an act: keys in brackets are pressed, anything else is said, after this topic's pause."""
        if keys := KEYS.fullmatch(line):
            self.turns += 1
            return Press(keys[1])
        pause = self.persona.pauses.get(topic)
        return self._say(line, delay_ms=None if pause is None else round(pause * 1000))

    def _leave(self, line: str) -> Say:
        self.leaving = True
        return self._say(line)

    def worded(self, line: str) -> str:
        """The line with this person's facts filled in; an unknown fact is left out."""
        text = " ".join(line.format_map(_Facts(self.facts)).split()).replace(" ,", ",")
        return text[:1].upper() + text[1:]

    def line(self, topic: str) -> str:
        """This persona's words for a topic, "" when they have none."""
        lines = self.persona.lines
        return lines.get(f"{self.persona.goal}_{topic}") or lines.get(topic, "")


class _Facts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return ""


class MachineMind(Mind, role="machine"):
    """Speaks its greeting, hears nothing, and stops after its patience."""

    def nudge(self, times: int) -> list[Act]:
        return [HangUp()]
