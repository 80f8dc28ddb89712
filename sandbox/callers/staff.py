"""The mind of the brokerage's own agent in a regular call: presses 1 at the whisper, then leads the conversation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sandbox.callers.mind import Act, HangUp, Mind, Press, Wait
from sandbox.language.questions import says_goodbye
from sandbox.language.replies import REPEAT, bare, opts_out, says_no

WHISPER = re.compile(r"\b(press|breast|dress|pressed)\b.*?\b(1|one|won|any key)\b|\bto (connect|accept)\b|\bpress\b")
SELLING = re.compile(r"\b(sell\w*|listing consult\w*|seller)\b")
BUYING = re.compile(r"\b(buy\w*|buyer)\b")
INTRODUCED = re.compile(
    r"\b([A-Z][a-z]+) [A-Z][\w'-]+[,.]? (?:[Bb]uyer|[Bb]uy|[Bb]y|[Ss]eller|[Rr]enter|[Nn]ew|[Bb]oth)\b"
)
NAMED = re.compile(r"\b(?:lead|call(?:ing)?|with|for|is|to|name)[,:]? ((?!Press|The|This|A )[A-Z][a-z]+)\b")
KNOWS_THE_DRILL_AFTER = 3.0
"""Seconds of silence after an announcement whose "press 1" was missed until the key is pressed anyway."""
RINGING_PATIENCE = 12.0
"""Seconds a staff member listens to the ringing, and to what the lead is told first, before speaking."""


@dataclass
class StaffMind(Mind, role="staff"):
    """Asks one line of its script per turn, whatever is answered."""

    pressed: bool = False
    step: int = 0
    repeats: int = 0
    goal: str = ""
    lead: str = ""
    _script: list[str] = field(default_factory=list)

    def answer(self, text: str) -> list[Act]:
        if not self.pressed:
            return self._hear_whisper(text)
        if opts_out(text):
            return [self._leave("Of course, we won't call you again. Goodbye.")]
        if says_goodbye(text):
            return [HangUp()] if self.leaving else [self._leave("Thank you. Goodbye.")]
        if self.leaving:
            return []
        if REPEAT.search(bare(text)) and self.last_said and self.repeats < 1:
            self.repeats += 1
            return [self._say(self.last_said)]
        self.repeats = 0
        return [self._next_line(text)]

    def _hear_whisper(self, text: str) -> list[Act]:
        self._note(text)
        if not WHISPER.search(bare(text)):
            return []
        self.pressed = True
        return [Press("1")]

    def _note(self, text: str) -> None:
        """Remembers from the whisper who the lead is and which side of a sale they are on."""
        words = bare(text)
        if SELLING.search(words) or BUYING.search(words):
            self.goal = "seller" if SELLING.search(words) else "buyer"
        named = INTRODUCED.search(text) or NAMED.search(text)
        if named and not self.lead:
            self.lead = named[1]

    def _next_line(self, heard: str) -> Act:
        lines = self._lines()
        if self.step and lines[self.step - 1][0] == "slots" and says_no(heard):
            return self._say(self.line("other_time"))
        if self.step >= len(lines):
            return self._leave(self.line("goodbye"))
        topic, words = lines[self.step]
        self.step += 1
        return self._leave(words) if topic == "goodbye" else self._say(words)

    def _lines(self) -> tuple[tuple[str, str], ...]:
        self.facts["lead"] = self.lead
        return self.persona.script[self.goal or self.persona.goal]

    def silence(self, seconds: float) -> list[Act]:
        if not self.pressed and seconds >= KNOWS_THE_DRILL_AFTER and self._heard_anything:
            self.pressed = True
            return [Press("1")]
        if self.pressed and self.step == 0 and seconds < RINGING_PATIENCE:
            return [Wait()]
        return super().silence(seconds)

    def nudge(self, times: int) -> list[Act]:
        """Nobody answers: greet first, then ask, then give up."""
        if self.pressed and self.step == 0:
            return [self._next_line("")]
        return super().nudge(times)

    @property
    def _heard_anything(self) -> bool:
        return bool(self.goal or self.lead)
