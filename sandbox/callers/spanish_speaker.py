"""The mind of a caller who speaks only Spanish: asks for somebody who speaks it, and thanks for the offer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.callers.mind import Act, HangUp, Mind
from sandbox.language.questions import says_goodbye
from sandbox.language.replies import bare

OFFER = re.compile(
    r"\b(spanish|espanol|hispanic)\b.*\b(call\w*|speak\w*|transfer\w*|connect\w*|through)\b"
    r"|\b(call\w*|speak\w*|transfer\w*|connect\w*|through)\b.*\b(spanish|espanol)\b"
    r"|\b(colleague|person|agent|somebody|someone)\b.*\bcall you\b|\bputting you through\b"
)
PLEAS_AT_MOST = 4


@dataclass
class SpanishSpeakerMind(Mind, role="spanish_speaker"):
    """Says the same few words to everything, thanks for an offer of help, and gives up when none comes."""

    pleas: int = 0

    def answer(self, text: str) -> list[Act]:
        if self.leaving:
            return [HangUp()] if says_goodbye(text) else []
        if len(bare(text).split()) < 2:
            return []
        if OFFER.search(bare(text)):
            return [self._leave(self.line("agrees"))] if says_goodbye(text) else [self._say(self.line("agrees"))]
        return [self._leave(self.line("goodbye"))] if says_goodbye(text) else self._plead()

    def _plead(self) -> list[Act]:
        self.pleas += 1
        if self.pleas > PLEAS_AT_MOST:
            return [self._leave(self.line("goodbye"))]
        return [self._say(self.line("plea_again" if self.pleas > 1 else "plea"))]
