"""Classify a `<Gather>` result: believe it, ask again, keep listening, or honor an opt-out. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from calls.compliance.opt_out_words import may_be_opt_out, opt_out_by
from leads.text import one_line

LONGEST_RESULT = 4_000  # characters; a turn of a minute has some 1,000
MOST_KEYS = 40
ACCEPTED_FROM = 0.55  # confidence from which words are taken as they are
DOUBTFUL_FROM = 0.30  # confidence from which they are taken, and read back before anything is saved
# Sounds people make while they think. "Mhm", "huh" and "okay" are answers.
HESITATIONS = frozenset(["uh", "uhh", "um", "umm", "er", "err", "erm", "ah", "ahh", "hm", "hmm", "mm", "mmm"])
# After these something is still to come, or the caller has not made up their mind.
UNFINISHED_ENDINGS = HESITATIONS | frozenset(
    ["a", "an", "the", "and", "or", "but", "because", "if", "to", "of", "for", "with"]
)
UNFINISHED_ENDINGS |= frozenset(["near", "from", "into", "between", "than", "my", "our", "your", "their"])
# What recognizers trained on subtitles write down for silence and noise, however sure they are: "Thanks for watching"
# and a lone "you" (github.com: McCloudS/subgen/issues/21, woheller69/whisperIME/issues/57, voquill/voquill/issues/446,
# davabase/transcriber_app/issues/8). "Thank you" and "bye" are such inventions too, but callers say them as well.
INVENTED = re.compile(
    r"^(you|thank(s| you)( (all|so much|very much))? for (watching|listening|viewing)( (this|the|my) video)?"
    r"|(please )?(like and |don't forget to )?subscribe( to (my|our|the) channel)?"
    r"|(i'll )?see you (in the )?next (time|video)|subtitles by .*|transcri(bed|ption) by .*|.*\bamara org\b.*"
    r"|(music|applause|laughter|silence|inaudible|blank audio|foreign))$"
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Verdict(StrEnum):
    """How a result is taken. The values are stored with the step."""

    ACCEPTED = "accepted"
    DOUBTFUL = "doubtful"
    UNSURE = "unsure"
    EMPTY = "empty"
    HESITATION = "hesitation"
    INVENTED = "invented"
    KEYPAD = "keypad"
    OPT_OUT = "opt_out"
    MAY_OPT_OUT = "may_opt_out"

    @property
    def is_strike(self) -> bool:
        """Whether nothing was understood, so that the result counts toward giving up."""
        return self in (Verdict.UNSURE, Verdict.EMPTY, Verdict.INVENTED)


@dataclass(frozen=True, slots=True)
class RecognitionResult:
    """A result of `<Gather>`: words, or keys, or neither. `confidence` is 0 to 1, None if the recognizer gave none."""

    speech: str = ""
    confidence: float | None = None
    digits: str = ""

    @property
    def text(self) -> str:
        """What the caller said or pressed, for the transcript."""
        return f"(pressed {self.digits})" if self.digits else self.speech


def read_result(form: Mapping[str, str]) -> RecognitionResult:
    """Read the form of a result webhook. An unreadable `Confidence` counts as none."""
    return RecognitionResult(
        speech=one_line(form.get("SpeechResult", ""), LONGEST_RESULT),
        confidence=_confidence(form.get("Confidence", "")),
        digits=re.sub(r"[^0-9*#]", "", form.get("Digits", ""))[:MOST_KEYS],
    )


@dataclass(frozen=True, slots=True)
class PartialResult:
    """What the caller seems to be saying while they speak. A later result has a higher `sequence`."""

    sequence: int
    words: str


def read_partial_result(form: Mapping[str, str]) -> PartialResult:
    """Read the form of a partial result: the words the carrier is sure of, then those it may still change."""
    parts = (form.get("StableSpeechResult", ""), form.get("UnstableSpeechResult", ""))
    number = form.get("SequenceNumber", "")
    counts = number.isascii() and number.isdigit() and len(number) < 10
    return PartialResult(int(number) if counts else 0, one_line(" ".join(parts), LONGEST_RESULT))


def may_be_complete(words: str) -> bool:
    """Whether the words may be the caller's whole turn: accepted, and not ending in a word that needs another."""
    spoken = plain_words(words)
    return classify(RecognitionResult(words)) == Verdict.ACCEPTED and spoken[-1] not in UNFINISHED_ENDINGS


def plain_words(text: str) -> list[str]:
    """Return the words without case and punctuation. Results with the same plain words say the same."""
    return _WORD.findall(text.lower())


def classify(result: RecognitionResult, *, asked_to_stop: bool = False) -> Verdict:
    """Return how to take a result. An opt-out comes first, however unsure the recognizer was.

    `asked_to_stop`: it answers our question whether the caller wants no more calls.
    """
    if result.digits:
        return Verdict.OPT_OUT if opt_out_by(keys=result.digits) else Verdict.KEYPAD
    words = plain_words(result.speech)
    if not words:
        return Verdict.EMPTY
    if opt_out_by(speech=result.speech, asked=asked_to_stop):
        return Verdict.OPT_OUT
    if may_be_opt_out(result.speech):
        return Verdict.MAY_OPT_OUT
    if all(word in HESITATIONS for word in words):
        return Verdict.HESITATION
    if INVENTED.match(" ".join(words)):
        return Verdict.INVENTED
    if result.confidence is None or result.confidence >= ACCEPTED_FROM:
        return Verdict.ACCEPTED
    return Verdict.DOUBTFUL if result.confidence >= DOUBTFUL_FROM else Verdict.UNSURE


def _confidence(text: str) -> float | None:
    """Read a confidence. 0 means "not set" in Google's recognizers (RecognitionAlternative.confidence)."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value <= 1 else None
