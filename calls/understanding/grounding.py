"""Ground critical values in the caller's own words: heard clearly, agreed to, or doubtful. Pure.

Recognizers on the telephone mistake fifteen for fifty and a street for an airline. What the model wants to save is
checked against what was heard, how sure the recognizer was, and what the caller agreed to when it was read back.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from calls.understanding.critical_values import CriticalValue, said_as_list
from calls.understanding.matching import Match, is_named, match, names_another
from calls.understanding.recognition_results import ACCEPTED_FROM, DOUBTFUL_FROM, RecognitionResult, Verdict, classify
from leads.scheduling.agreement_words import says_no, says_yes

CLEAR_FROM = 0.7  # confidence from which a number that has a twin (15 and 50) is believed; below it is asked for
TYPED = "(pressed "
REPROMPT = re.compile(
    r"\b(still there|hear you|you there|(it|that) again|once more|catch that|repeat that)\b", re.IGNORECASE
)
CORRECTION = re.compile(
    r"\b(no,? (wait|sorry|make (that|it))|wait,? no|i mean|sorry|make (that|it)|actually|scratch that)\b", re.IGNORECASE
)
_SENTENCE = re.compile(r"[^.!?]*[.!?]+(?=\s|$)|[^.!?]+$")
_TAG = re.compile(  # "Is that right?" is about the sentence before it
    r"^\W*(?:[\w']+ ){0,5}(right|correct|correctly|accurate|ok|okay|fine|good|works?( for you)?)\?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class DialogueLine:
    """One thing said on the call. `confidence` is the recognizer's, for the caller's words only."""

    by_caller: bool
    text: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the agent said and what the caller answered."""

    question: str
    answer: str
    confidence: float | None = None

    @property
    def asked(self) -> str:
        """The agent's last question, perhaps cut off; "Is that right?" comes with the sentence it is about."""
        sentences = [sentence.strip() for sentence in _SENTENCE.findall(self.question)]
        asking = [place for place, each in enumerate(sentences) if not each.endswith((".", "!"))]
        places = [place for place in asking if not REPROMPT.search(sentences[place])]
        if not places:
            return ""
        first = places[-1] - 1 if _TAG.match(sentences[places[-1]]) and places[-1] else places[-1]
        return " ".join(sentences[first : places[-1] + 1])

    def is_heard(self, least: float) -> bool:
        """Whether the recognizer's confidence was at least that; typed digits and results without one count too."""
        return self.confidence is None or self.answer.startswith(TYPED) or self.confidence >= least


@dataclass(frozen=True, slots=True)
class Dialogue:
    """The call so far as exchanges, and what the agent has said since the last one."""

    exchanges: tuple[Exchange, ...] = ()
    since: str = ""


class Evidence(Enum):
    """How well the caller's words support a value."""

    AGREED = auto()
    HEARD = auto()
    DOUBTFUL = auto()


@dataclass(frozen=True, slots=True)
class Grounding:
    """The evidence for a value, and the index of the exchange it comes from."""

    evidence: Evidence
    place: int = -1


def dialogue_of(lines: Iterable[DialogueLine]) -> Dialogue:
    """Pair the lines into exchanges. What was not understood is no answer, so the question before it stays open."""
    exchanges: list[Exchange] = []
    question = ""
    for line in lines:
        if not line.by_caller:
            question = f"{question} {line.text}".strip()
        elif _is_answer(line):
            asked = question or (exchanges[-1].question if exchanges else "")
            exchanges.append(Exchange(asked, line.text, line.confidence))
            question = ""
    return Dialogue(tuple(exchanges), question)


def grounding_of(value: CriticalValue, dialogue: Dialogue) -> Grounding:
    """Find the evidence for a value, ignoring exchanges older than the caller's last denial of it."""
    turned_down = (
        at for at, each in enumerate(dialogue.exchanges) if _is_denied(value, each) or _is_replaced(value, each)
    )
    denied = max(turned_down, default=-1)
    left = [(at, each) for at, each in enumerate(dialogue.exchanges) if at > denied]
    if value.kind == "time":  # the latest exchange about times counts
        left.reverse()
    agreed = [at for at, each in left if _is_agreed(value, each)]
    clearly = [at for at in agreed if dialogue.exchanges[at].is_heard(ACCEPTED_FROM)]
    if clearly or len(agreed) > 1:  # two unclear yeses are one clear one
        return Grounding(Evidence.AGREED, (clearly or agreed)[0])
    heard = [at for at, each in left if _is_heard(value, each)]
    return Grounding(Evidence.HEARD, heard[0]) if heard else Grounding(Evidence.DOUBTFUL)


def has_been_said(value: CriticalValue, dialogue: Dialogue, *, now_said: str) -> bool:
    """Whether the agent has said this value to the caller since its evidence, or asked for it there.

    A booked time is said once more after it was agreed to. `now_said` is what the agent says in this answer.
    """
    found = grounding_of(value, dialogue)
    if found.evidence is Evidence.DOUBTFUL or (found.evidence is Evidence.AGREED and value.kind != "time"):
        return True
    later = [each.question for each in dialogue.exchanges[found.place + 1 :]]
    return any(is_named(value, words) for words in (*later, dialogue.since, now_said))


def question_for(values: Sequence[CriticalValue], *, again: bool = False) -> str:
    """Write the question that reads doubtful values back; asked `again`, it offers the keypad."""
    times = [value for value in values if value.kind == "time"]
    if times:
        return f"Just to be sure: {times[0].phrase}, does that time work?"
    keypad = "You can also type it on your keypad, then press pound. " if again and values[0].is_typable else ""
    return f"{keypad}Just to be sure, did you say {said_as_list(values)}?"


def read_back(values: Sequence[CriticalValue]) -> str:
    """Write the statement that reads saved values back; "" if there are none."""
    facts = [value for value in values if value.kind != "time"]
    times = [f"Your appointment is {value.phrase}." for value in values if value.kind == "time"]
    return " ".join([*([f"I have {said_as_list(facts)}."] if facts else []), *times])


def _is_answer(line: DialogueLine) -> bool:
    if line.text.startswith(TYPED):
        return True
    verdict = classify(RecognitionResult(line.text, line.confidence))
    return verdict in (Verdict.ACCEPTED, Verdict.DOUBTFUL, Verdict.OPT_OUT, Verdict.MAY_OPT_OUT)


def _after_correction(value: CriticalValue, exchange: Exchange) -> str:
    """Return the words after a correction: of "four fifty, no wait, four fifteen" the last two."""
    tail = CORRECTION.split(exchange.answer)[-1]
    return tail if names_another(value, tail, question=exchange.question) else exchange.answer


def _is_asked(value: CriticalValue, exchange: Exchange) -> bool:
    return is_named(value, exchange.asked)


def _is_denied(value: CriticalValue, exchange: Exchange) -> bool:
    if value.kind == "time" and match(value, exchange.answer, question=exchange.question) is Match.CERTAIN:
        return False  # "No, the second one" turns the other down
    return exchange.is_heard(DOUBTFUL_FROM) and says_no(exchange.answer) and _is_asked(value, exchange)


def _is_replaced(value: CriticalValue, exchange: Exchange) -> bool:
    """Whether the caller named another time, so that what they said of this one before counts no more."""
    if value.kind != "time" or not exchange.is_heard(DOUBTFUL_FROM):
        return False
    return names_another(value, exchange.answer, question=exchange.question)


def _is_agreed(value: CriticalValue, exchange: Exchange) -> bool:
    """Whether the caller was asked for the value and said yes or repeated it, clearly or not."""
    if not (exchange.is_heard(DOUBTFUL_FROM) and _is_asked(value, exchange)):
        return False
    if value.kind == "time":
        return match(value, exchange.answer, question=exchange.question) is Match.CERTAIN
    if says_no(exchange.answer) or names_another(value, exchange.answer, question=exchange.asked):
        return False
    says_again = match(value, exchange.answer, question=exchange.asked) is not Match.NONE
    return says_again or says_yes(exchange.answer)


def _is_heard(value: CriticalValue, exchange: Exchange) -> bool:
    """Whether the caller said it so that it can mean nothing else, and clearly enough for a value of its kind."""
    if match(value, _after_correction(value, exchange), question=exchange.question) is not Match.CERTAIN:
        return False
    twin = value.twin
    corrected = twin is not None and _is_asked(twin, exchange)
    return exchange.is_heard(ACCEPTED_FROM if twin is None or corrected else CLEAR_FROM)
