"""Match a critical value against words: a price, a count, a name by its sound, one of several times. Pure."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from difflib import SequenceMatcher
from enum import IntEnum
from typing import Any

from calls.understanding.critical_values import CriticalValue
from calls.understanding.spoken_numbers import MOST_DIGITS, SENTENCE_END, numbers_in, tokens_of, value_of
from calls.understanding.spoken_times import Choice, choice_of, times_in
from calls.understanding.spoken_values import (
    SpokenValue,
    digits_in,
    emails_in,
    phones_in,
    prices_in,
    rooms_in,
    sizes_in,
    whole_numbers_in,
)
from leads.listings.street_names import is_street_suffix
from leads.scheduling.agreement_words import accepts_offered_time

# From these similarities on two names are the same: "Willow Grey" is Willow Creek, "Alaska Air" is no place with homes.
SIMILAR_NAME = 0.72
SIMILAR_STREET = 0.75
MONTHS_OF = {"now": (0, 1), "0_3m": (0, 3), "3_6m": (3, 6), "6_12m": (6, 12), "12m_plus": (12, 999)}
MONTHS_IN = {"day": 1 / 30, "week": 0.25, "month": 1, "year": 12}
NAMED_MONTHS = (
    (re.compile(r"\b(right away|immediate|immediately|asap|as soon as possible)\b"), 0.0),
    (re.compile(r"\ba (week|month)\b"), 1.0),
    (re.compile(r"\bhalf a year\b"), 6.0),
    (re.compile(r"(?<!half )\ba year\b"), 12.0),
)
ASKS_WHEN = re.compile(r"\b(how soon|when|time ?frame|timeline)\b")
VAGUELY_WHEN = re.compile(
    r"\b(now|asap|soon|right away|immediately|urgent\w*|tomorrow|future|later|eventually|someday|flexible|whenever"
    r"|spring|summer|fall|autumn|winter|holidays|year|years|months?|weeks?|days?|today|no rush|no hurry|just looking"
    r"|before|after|once|until|lease|christmas|thanksgiving|quarter|ready|any ?time"
    r"|january|february|march|april|june|july|august|september|october|november|december)\b"
)


class Match(IntEnum):
    """How far words name a value."""

    NONE = 0
    DOUBTFUL = 1
    CERTAIN = 2


def match(value: CriticalValue, words: str, *, question: str = "") -> Match:
    """Match the value against the words said after that question."""
    return _MATCHERS[value.kind](value.value, words, question)


def is_named(value: CriticalValue, words: str) -> bool:
    """Whether the agent's own words name the value."""
    if value.phrase and value.phrase.lower() in words.lower():
        return True
    if value.kind == "timeframe":
        return _is_within(value.value, _months_in(words, asked=False))
    return match(value, words) is not Match.NONE


def names_another(value: CriticalValue, words: str, *, question: str = "") -> bool:
    """Whether the words name a value of the same kind, and not this one."""
    if value.kind not in _OTHERS or (value.kind != "time" and match(value, words, question=question)):
        return False  # whether a time is another one is one question: the same hour on another day is
    return bool(_OTHERS[value.kind](value, words, question))


def similarity(name: str, words: str) -> float:
    """Return how similar the words are to the name, 0 to 1: the best of all runs of as many words as the name has."""
    said, wanted = _words(words), " ".join(_words(name))
    if not wanted:
        return 0.0
    size = len(wanted.split())
    runs = (" ".join(said[at : at + size]) for at in range(max(1, len(said) - size + 1)))
    return max((SequenceMatcher(None, wanted, run).ratio() for run in runs), default=0.0)


def _best(found: Iterable[SpokenValue[Any]], wanted: Any) -> Match:
    marks = [each.certain for each in found if each.value == wanted]
    return Match.NONE if not marks else Match.CERTAIN if any(marks) else Match.DOUBTFUL


def _match_rooms(noun: str) -> Callable[[Any, str, str], Match]:
    return lambda wanted, words, question: _best(rooms_in(words, noun, question=question), wanted)


def _match_name(wanted: str, words: str, question: str) -> Match:
    return Match.CERTAIN if similarity(wanted, words) >= SIMILAR_NAME else Match.NONE


def _words(text: str) -> list[str]:
    return [token for token in tokens_of(text) if token != SENTENCE_END]


def _match_address(wanted: str, words: str, question: str) -> Match:
    """Match the house number exactly and the street's name by its sound; the CRM asks whether it is Lane or Court."""
    street = wanted.split(",")[0]
    numbers = [int(value) for token in _words(street) if (value := value_of(token)) is not None and token[0].isdigit()]
    runs = [int(run) for run in digits_in(words) if len(run) <= MOST_DIGITS]
    said = {each.value for each in whole_numbers_in(words)} | set(runs)
    names = [token for token in _words(street) if not token[0].isdigit() and not _is_suffix(token)]
    heard = all(number in said for number in numbers) and all(_is_like(name, words) for name in names)
    return Match.CERTAIN if heard and (numbers or names) else Match.NONE


def _is_suffix(token: str) -> bool:
    return is_street_suffix(token) or token in ("north", "south", "east", "west")


def _is_like(name: str, words: str) -> bool:
    return similarity(name, words) >= SIMILAR_STREET


def _match_timeframe(wanted: str, words: str, question: str) -> Match:
    said = list(_months_in(words, asked=bool(ASKS_WHEN.search(question.lower()))))
    fits = _is_within(wanted, said) or (not said and VAGUELY_WHEN.search(words.lower()))
    return Match.CERTAIN if fits else Match.NONE


def _is_within(wanted: str, said: Iterable[float]) -> bool:
    least, most = MONTHS_OF[wanted]
    return any(least <= months <= most for months in said)


def _months_in(words: str, *, asked: bool) -> Iterable[float]:
    """Yield the number of months named in the words."""
    yield from (months for pattern, months in NAMED_MONTHS if pattern.search(words.lower()))
    tokens = tokens_of(words)
    for number in numbers_in(words):
        unit = tokens[number.last + 1].rstrip("s") if number.last + 1 < len(tokens) else ""
        if unit in MONTHS_IN:
            yield number.value * MONTHS_IN[unit]
        elif not unit and asked and number.value <= 24:
            yield number.value


def _match_time(wanted: datetime, words: str, question: str) -> Match:
    if question and not accepts_offered_time(words):
        return Match.NONE
    if choice_of(words, question, wanted) is Choice.THIS:
        return Match.CERTAIN
    return Match.DOUBTFUL if any(time.fits(wanted) for time in times_in(words)) else Match.NONE


def _match_digits(wanted: str, words: str, question: str) -> Match:
    return Match.CERTAIN if wanted in digits_in(words) else Match.NONE


_MATCHERS: dict[str, Callable[[Any, str, str], Match]] = {
    "price": lambda wanted, words, question: _best(prices_in(words, question=question), wanted),
    "bed": _match_rooms("bed"),
    "bath": _match_rooms("bath"),
    "size": lambda wanted, words, question: _best(sizes_in(words, question=question), wanted),
    "year": lambda wanted, words, question: _best(whole_numbers_in(words), wanted),
    "name": _match_name,
    "address": _match_address,
    "timeframe": _match_timeframe,
    "time": _match_time,
    "digits": _match_digits,
    "email": lambda wanted, words, question: _best(emails_in(words), wanted),
    "phone": lambda wanted, words, question: _best(phones_in(words), wanted),
}
_OTHERS: dict[str, Callable[[CriticalValue, str, str], Any]] = {
    "price": lambda value, words, question: prices_in(words, question=question),
    "bed": lambda value, words, question: rooms_in(words, "bed", question=question),
    "bath": lambda value, words, question: rooms_in(words, "bath", question=question),
    "size": lambda value, words, question: sizes_in(words, question=question),
    "timeframe": lambda value, words, question: list(_months_in(words, asked=True)),
    "time": lambda value, words, question: choice_of(words, question, value.value) is Choice.ANOTHER,
    "email": lambda value, words, question: emails_in(words),
    "phone": lambda value, words, question: phones_in(words),
}
