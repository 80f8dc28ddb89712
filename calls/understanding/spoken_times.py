"""Extract days and times of day from recognized speech, and tell which of the offered times a caller takes. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto

from calls.speech.normalization import dates
from calls.understanding.spoken_numbers import SpokenNumber, numbers_in, tokens_of, value_of
from leads.number_words import ordinal
from leads.scheduling.agreement_words import says_yes

WEEKDAYS = tuple(name.lower() for name in dates.WEEKDAYS)
MONTHS = tuple(name.lower() for name in dates.MONTHS)
ENDINGS = ("st", "nd", "rd", "th")
NO_HOUR_BEFORE = (
    "first", "second", "third", "that", "this", "the", "other", "last", "either", "which", "any", "earlier",
    "later", "former", "latter", "next",
)  # fmt: skip
PARTS_OF_DAY = {"morning": (0, 12), "afternoon": (12, 17), "evening": (17, 24), "night": (17, 24)}
WHICH_ONE = (
    (re.compile(r"\b(first|former|earlier|earliest|sooner|1st)\b"), 0),
    (re.compile(r"\b(third|3rd)\b"), 2),
    (re.compile(r"\b(second|latter|later|last|other|2nd)\b"), 1),
)
ANY_OF_THEM = re.compile(r"\b(any|either|whichever|whatever|both|doesn't matter|don't mind|you (pick|choose))\b")
_DAY_OF_MONTH = {ordinal(day).replace("-", " "): day for day in range(1, 32)}


class Choice(Enum):
    """Whether an answer takes the time in question."""

    THIS = auto()
    ANOTHER = auto()
    UNCLEAR = auto()


@dataclass(frozen=True, slots=True)
class SpokenTime:
    """A time of day as said: hour 1 to 12, `half` "am", "pm" or "", and the day if one was named before it.

    `plain` is true for what was said as a time ("at two", "2 PM"), not as a bare number.
    """

    hour: int
    minute: int = 0
    half: str = ""
    weekday: int | None = None
    day: int | None = None
    plain: bool = True

    def fits(self, at: datetime) -> bool:
        """Whether this can mean that local time."""
        same_half = self.half in ("", "am" if at.hour < 12 else "pm")
        same_day = self.weekday in (None, at.weekday()) and self.day in (None, at.day)
        return same_half and same_day and (self.hour, self.minute) == (at.hour % 12 or 12, at.minute)


def times_in(text: str) -> tuple[SpokenTime, ...]:
    """Return all times of day in the order they are said, each with the day named last before it."""
    plain = _with_joined_clocks(text)
    tokens = tokens_of(plain)
    days, taken = _days(tokens)
    found = []
    for number in numbers_in(plain):
        clock = None if number.first in taken else _clock(tokens, number)
        if clock is not None:
            weekday, day = next((each for place, *each in reversed(days) if place < number.first), (None, None))
            found.append(SpokenTime(*clock[:3], weekday=weekday, day=day, plain=clock[3]))
    noon = [SpokenTime(12, half="pm")] if "noon" in tokens else []
    return (*found, *noon)


def weekdays_in(text: str) -> frozenset[int]:
    """Return the days of the week that are named; Monday is 0."""
    return frozenset(WEEKDAYS.index(day) for token in tokens_of(text) if (day := _weekday(token)))


def with_days_named(text: str, today: date) -> str:
    """Add the weekday to relative days: "Tomorrow works" said on a Thursday becomes "Tomorrow Friday works"."""
    ahead = {"today": 0, "tonight": 0, "tomorrow": 1}

    def named(match: re.Match[str]) -> str:
        return f"{match[0]} {today + timedelta(days=ahead[match[0].lower()]):%A}"

    return re.sub(r"(?<!after )\b(today|tonight|tomorrow)\b", named, text, flags=re.IGNORECASE)


def choice_of(answer: str, offered: tuple[SpokenTime, ...], at: datetime) -> Choice:
    """Tell whether the answer to a question that names the `offered` times takes `at`, a local time."""
    said = times_in(answer)
    if any(time.fits(at) for time in said):
        return Choice.THIS
    days = weekdays_in(answer)
    if any(time.plain for time in said) or (days and at.weekday() not in days):
        return Choice.ANOTHER
    if len(offered) < 2:
        return Choice.THIS if offered and offered[0].fits(at) and says_yes(answer) else Choice.UNCLEAR
    return _by_place(answer, offered, at) or _by_day(answer, offered, at, days)


def _by_place(answer: str, offered: tuple[SpokenTime, ...], at: datetime) -> Choice | None:
    words = answer.lower()
    for pattern, place in WHICH_ONE:
        if pattern.search(words):
            return Choice.THIS if offered[min(place, len(offered) - 1)].fits(at) else Choice.ANOTHER
    return Choice.THIS if ANY_OF_THEM.search(words) else None


def _by_day(answer: str, offered: tuple[SpokenTime, ...], at: datetime, days: frozenset[int]) -> Choice:
    words = set(tokens_of(answer))
    parts = [hours for part, hours in PARTS_OF_DAY.items() if part in words or f"{part}s" in words]
    if parts and not any(first <= at.hour < last for first, last in parts):
        return Choice.ANOTHER
    if days and sum(time.weekday == at.weekday() for time in offered) == 1:
        return Choice.THIS
    return Choice.THIS if parts else Choice.UNCLEAR


def _with_joined_clocks(text: str) -> str:
    """Rewrite "10:30" as the number "1030", "half past ten" as "at ten thirty", and "a.m." as one word."""
    joined = re.sub(r"\b(\d{1,2}):(\d\d)\b", r"\1\2", text.lower())
    joined = re.sub(r"\bhalf past ([a-z]+)\b", r"at \1 thirty", joined)
    return re.sub(r"\b([ap])\.? ?m\b\.?", r"\1m", joined)


def _weekday(token: str) -> str:
    name = re.sub(r"('s|s)$", "", token)
    return name if name in WEEKDAYS else ""


def _days(tokens: tuple[str, ...]) -> tuple[list[tuple[int, int | None, int | None]], set[int]]:
    """Return (place, weekday, day of the month) for each day named, and the places of the figures they used."""
    named: list[tuple[int, int | None, int | None]] = []
    taken: set[int] = set()
    weekday: int | None = None
    for place, token in enumerate(tokens):
        if _weekday(token):
            weekday = WEEKDAYS.index(_weekday(token))
            named.append((place, weekday, None))
        elif token in MONTHS or _is_the_nth(tokens, place):
            day = _day_of_month(tokens, place + 1)
            if day is not None:
                taken |= {place + 1, place + 2}
                named.append((place, weekday, day))
    return named, taken


def _is_the_nth(tokens: tuple[str, ...], place: int) -> bool:
    """Whether "the 24th" begins here, as recognizers write it."""
    if tokens[place] != "the":
        return False
    return place + 2 < len(tokens) and value_of(tokens[place + 1]) is not None and tokens[place + 2] in ENDINGS


def _day_of_month(tokens: tuple[str, ...], place: int) -> int | None:
    for words in (2, 1):
        day = _DAY_OF_MONTH.get(" ".join(tokens[place : place + words]))
        if day is not None:
            return day
    value = value_of(tokens[place]) if place < len(tokens) else None
    return int(value) if value is not None and 1 <= value <= 31 else None


def _clock(tokens: tuple[str, ...], number: SpokenNumber) -> tuple[int, int, str, bool] | None:
    """Return hour, minute, half and whether it was plainly said as a time; None if it cannot be a time."""
    before = tokens[number.first - 1] if number.first else ""
    following = tokens[number.last + 1] if number.last + 1 < len(tokens) else ""
    hour, minute = divmod(int(number.value), 100) if number.value >= 100 else (int(number.value), 0)
    if number.value != int(number.value) or not 1 <= hour <= 12 or minute >= 60:
        return None
    if number.value == 1 and (before in NO_HOUR_BEFORE or following == "of"):
        return None
    half = following if following in ("am", "pm") else ""
    plain = bool(half) or following in ("o'clock", "oclock") or before in ("at", "around", "about", "past")
    return hour, minute, half, plain
