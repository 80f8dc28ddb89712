"""The mind of a call-screening assistant: asks who is calling and why, then lets the call through to its owner."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sandbox.callers.lead import LeadMind
from sandbox.callers.mind import Act, HangUp, Mind, Say, Wait
from sandbox.language.replies import bare

NAME = re.compile(r"\b(this is|i'?m|i am|my name is|it'?s) (?!calling|looking|not)\w+|\bassistant\b")
REASON = re.compile(
    r"\b(call\w* (?:about|regarding|because|for|from|on behalf)|about|ask\w* us|home|house|propert\w+)\b"
)
CONNECTS_AFTER = 2.5
"""Seconds between "please hold" and the person's voice."""
ASKS_AT_MOST = 2


@dataclass
class ScreenerMind(Mind, role="screener"):
    """A call-screening assistant; ``person`` is set once its owner takes the call."""

    told: str = ""
    asked: int = 1
    person: LeadMind | None = None

    @property
    def voice(self) -> str:
        return self.persona.voice if self.person else self.persona.assistant_voice

    @property
    def cuts_in_after(self) -> float | None:
        return self.person.cuts_in_after if self.person else None

    def hear(self, text: str) -> list[Act]:
        return self.person.hear(text) if self.person else super().hear(text)

    def answer(self, text: str) -> list[Act]:
        if self._knows_enough:
            return []
        self.told = f"{self.told} {text}"
        if self._knows_enough:
            return [self._say(self.line("screen_hold"))]
        return self._ask_again() if len(text.split()) > 1 else []

    @property
    def _knows_enough(self) -> bool:
        words = bare(self.told)
        return bool(NAME.search(words) and REASON.search(words))

    def _ask_again(self) -> list[Act]:
        if self.asked >= ASKS_AT_MOST:
            return [self._say(self.line("screen_decline")), HangUp()]
        self.asked += 1
        return [self._say(self.line("screen_again"))]

    def silence(self, seconds: float) -> list[Act]:
        if self.person:
            return self.person.silence(seconds)
        if self._knows_enough:
            return self._connect() if seconds >= CONNECTS_AFTER else [Wait()]
        return super().silence(seconds)

    def nudge(self, times: int) -> list[Act]:
        return self._ask_again()

    def _connect(self) -> list[Act]:
        self.person = LeadMind(replace(self.persona, greeting="Hello?"))
        hello: Say | None = self.person.on_answer()
        return [hello] if hello else [Wait()]
