"""What to make of a `<Gather>` result: believe it, ask again, or stop. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from calls.agent.opt_out import is_opt_out

BELIEVED = 0.55  # from here on the words are taken as they are
DOUBTED = 0.30  # from here on they are taken, and read back before anything is done with them
OPT_OUT_KEY = "9"
# Sounds people make while they think. "Mhm", "huh" and "okay" are answers.
FILLERS = frozenset(["uh", "uhh", "um", "umm", "er", "err", "erm", "ah", "ahh", "hm", "hmm", "mm", "mmm"])
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Verdict(StrEnum):
    """How a result is taken; also the word stored with its step."""

    ACCEPTED = "accepted"
    DOUBTFUL = "doubtful"
    UNSURE = "unsure"
    EMPTY = "empty"
    FILLER = "filler"
    KEYPAD = "keypad"
    OPT_OUT = "opt_out"

    @property
    def is_strike(self) -> bool:
        """Whether nothing could be understood, so that it counts towards giving up."""
        return self in (Verdict.UNSURE, Verdict.EMPTY)


@dataclass(frozen=True, slots=True)
class Heard:
    """A result: words, or keys, or neither. `confidence` is 0 to 1, None when the recogniser gave none."""

    speech: str = ""
    confidence: float | None = None
    digits: str = ""

    @property
    def text(self) -> str:
        """What the caller said or pressed, for the transcript."""
        return f"(pressed {' '.join(self.digits)})" if self.digits else self.speech


def read(form: Mapping[str, str]) -> Heard:
    """The fields of a result webhook. Nonsense in `Confidence` counts as none."""
    return Heard(
        speech=" ".join(form.get("SpeechResult", "").split()),
        confidence=_confidence(form.get("Confidence", "")),
        digits=re.sub(r"[^0-9*#]", "", form.get("Digits", "")),
    )


def judge(heard: Heard) -> Verdict:
    """The opt-out goes before everything else, however unsure the recogniser was of it."""
    if heard.digits:
        return Verdict.OPT_OUT if heard.digits == OPT_OUT_KEY else Verdict.KEYPAD
    words = _WORD.findall(heard.speech.lower())
    if not words:
        return Verdict.EMPTY
    if is_opt_out(heard.speech):
        return Verdict.OPT_OUT
    if all(word in FILLERS for word in words):
        return Verdict.FILLER
    if heard.confidence is None or heard.confidence >= BELIEVED:
        return Verdict.ACCEPTED
    return Verdict.DOUBTFUL if heard.confidence >= DOUBTED else Verdict.UNSURE


def _confidence(text: str) -> float | None:
    """0 is "not set" in Google's recognisers (RecognitionAlternative.confidence), so it says nothing."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value <= 1 else None
