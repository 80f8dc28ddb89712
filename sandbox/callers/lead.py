"""The mind of a lead: answers what is asked, accepts an offered time, says thanks and goodbye."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.callers.mind import Act, HangUp, Mind, Wait
from sandbox.language.questions import says_goodbye, topics_of
from sandbox.language.replies import bare, is_question, plain

TOLD_WORDS = 5
READS = {"seller": {"budget": "asking", "area": "address"}, "buyer": {"asking": "budget", "address": "area"}}
SELLING = re.compile(r"\b(sell\w*|listed|does it|is it|it have|the (?:home|house|address|place)|your (?:home|house))\b")
BUYING = re.compile(r"\b(buy\w*|you need|move|looking in|look for|budget|spend|pre ?-?approved)\b")
IMAGINED = frozenset({"bye", "bye bye"})
"""What the recognizer likes to make of a noise or of three short words; who means it says more."""
GO_AHEAD_AFTER = 2.5
"""Seconds of silence after an opening without a question until a person says to go on."""


@dataclass
class LeadMind(Mind, role="lead"):
    """A lead: says nothing first but "Hello?", and lets the caller lead.

    Somebody who wants both to buy and to sell answers as buyer or seller, by what the question is about.
    """

    side: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.side = "buyer" if self.persona.goal == "both" else self.persona.goal

    def silence(self, seconds: float) -> list[Act]:
        if self.was_told and self.turns <= 1 and not self.leaving and seconds >= GO_AHEAD_AFTER:
            return [self._say(self.line("go_ahead"))]
        return super().silence(seconds)

    def answer(self, text: str) -> list[Act]:
        if not bare(text):
            return []
        if self._asides and self._is_spoken_to(text):
            return self._aside()
        self._choose_side(text)
        topic = self._topic(text)
        if topic:
            return self._reply(topic, text)
        if says_goodbye(text) and bare(text) not in IMAGINED:
            return self._goodbye()
        if is_question(text) and "?" in text:
            return [self._say(self.line("puzzled"))]
        return []

    def _is_spoken_to(self, text: str) -> bool:
        return is_question(text) or len(text.split()) >= 5

    def _aside(self) -> list[Act]:
        act = self._do(self._asides.pop(0))
        self.leaving = self.persona.hangs_up_after_asides and not self._asides
        return [act]

    def _choose_side(self, text: str) -> None:
        """Which of the two sides the question is about."""
        words = bare(text)
        selling, buying = bool(SELLING.search(words)), bool(BUYING.search(words))
        if self.persona.goal == "both" and selling != buying:
            self.side = "seller" if selling else "buyer"

    def _topic(self, text: str) -> str:
        """What the question is about, read with this person's goal in mind; the last topic named wins."""
        topics = topics_of(text)
        if topics[-2:] == ["beds", "baths"]:
            topics = ["beds"]
        reads = READS[self.side]
        for topic in reversed(topics):
            meant = reads.get(topic, topic)
            if self.line(meant):
                return meant
        return ""

    def _reply(self, topic: str, text: str) -> list[Act]:
        if topic == "repeat":
            return [self._say(self.last_said or "Hello?")]
        if topic == "slots" and not self.persona.accepts:
            return [self._say(self.line("no_time"))]
        if topic == "slots" and " or " not in plain(text):
            return [self._do(self.line("one_slot"), "slots")]
        return [self._do(self.line(topic), topic)]

    def line(self, topic: str) -> str:
        """Somebody with two sides has words of their own for some topics of each: seller_beds, buyer_beds."""
        return self.persona.lines.get(f"{self.side}_{topic}") or super().line(topic)

    def _goodbye(self) -> list[Act]:
        if self.leaving:
            return [HangUp()]
        return [self._leave(self.line("goodbye"))]

    def hear(self, text: str) -> list[Act]:
        self.was_told = self.was_told or len(text.split()) >= TOLD_WORDS
        if self.leaving and not says_goodbye(text):
            return [Wait()]
        return super().hear(text)
