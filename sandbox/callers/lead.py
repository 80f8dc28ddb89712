"""The mind of a lead: answers questions by what they ask about, takes an offered time, says thanks and goodbye."""

from __future__ import annotations

from sandbox.callers.mind import Act, HangUp, Mind, Wait
from sandbox.language.questions import says_goodbye, topics_of
from sandbox.language.replies import bare, is_question, plain

TOLD_WORDS = 5
SELLER_READS = {"budget": "asking", "area": "address"}
BUYER_READS = {"asking": "budget", "address": "area"}


GO_AHEAD_AFTER = 2.5
"""Seconds of silence after an opening without a question until a person says to go on."""


class LeadMind(Mind, role="lead"):
    """Never speaks first after the "Hello?", and lets the caller lead."""

    def silence(self, seconds: float) -> list[Act]:
        if self.was_told and self.turns <= 1 and not self.leaving and seconds >= GO_AHEAD_AFTER:
            return [self._say(self.line("go_ahead"))]
        return super().silence(seconds)

    def answer(self, text: str) -> list[Act]:
        if not bare(text):
            return []
        if self._asides and self._is_spoken_to(text):
            return self._aside()
        topic = self._topic(text)
        if topic:
            return self._reply(topic, text)
        if says_goodbye(text):
            return self._goodbye()
        if is_question(text) and "?" in text:
            return [self._say(self.line("puzzled"))]
        return []

    def _is_spoken_to(self, text: str) -> bool:
        return is_question(text) or len(text.split()) >= 5

    def _aside(self) -> list[Act]:
        line = self._asides.pop(0)
        if self.persona.hangs_up_after_asides and not self._asides:
            return [self._leave(line)]
        return [self._say(line)]

    def _topic(self, text: str) -> str:
        """What the question is about, read with this person's goal in mind; the last topic named wins."""
        topics = topics_of(text)
        if topics[-2:] == ["beds", "baths"]:
            topics = ["beds"]
        reads = SELLER_READS if self.persona.goal == "seller" else BUYER_READS
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
            return [self._say(self.line("one_slot"))]
        return [self._say(self.line(topic))]

    def _goodbye(self) -> list[Act]:
        if self.leaving:
            return [HangUp()]
        return [self._leave(self.line("goodbye"))]

    def hear(self, text: str) -> list[Act]:
        self.was_told = self.was_told or len(text.split()) >= TOLD_WORDS
        if self.leaving and not says_goodbye(text):
            return [Wait()]
        return super().hear(text)
