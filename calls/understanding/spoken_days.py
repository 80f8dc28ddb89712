"""Extract days from recognized speech: weekdays, dates, and relative days once the day of the talk is known. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from calls.speech.normalization import dates
from calls.understanding.spoken_numbers import value_of
from leads.number_words import ONES, ordinal

WEEKDAYS = tuple(name.lower() for name in dates.WEEKDAYS)
MONTHS = tuple(name.lower() for name in dates.MONTHS)
SHORT_DAYS = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4}
ENDINGS = ("st", "nd", "rd", "th")
BEFORE_A_CLOCK = ("at", "around", "about", "from", "by", "morning", "afternoon", "evening")
ONE_OF_THEM = ("one", "ones", "option", "choice", "time", "slot", "home", "house", "of")
NEAR = frozenset({"today", "tonight", "tomorrow"})
DENIED_BEFORE = re.compile(  # "no, Wednesday" is not among them: it takes that day
    r"(\b(not|except|never|instead of|rather than|other than|(anything|nothing|any day|every day) but)"
    r"|\b(can't|cannot|can not|couldn't|won't|don't)( do| make| make it| come| come on| want| like)?)"
    r"( on| the| this| next)*$"
)
DENIED_AFTER = re.compile(
    r"^(is|'s|won't|will not|does not|doesn't|would not|wouldn't|is not|isn't|can't|cannot|are|is too|is no|gets)?"
    r" ?(not|no good|no|out|bad|too|work out|work|taken|full|impossible|not good)\b"
)
_DAY_OF_MONTH = {ordinal(day).replace("-", " "): day for day in range(1, 32)}


@dataclass(frozen=True, slots=True)
class SpokenDay:
    """A day as named, between its first and last token. `vague`: "next Tuesday", which may be either of two.

    `denied`: "not Tuesday". A day whose parts disagree ("tomorrow, Friday" on a Monday) is `impossible`.
    """

    first: int
    last: int
    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    vague: bool = False
    denied: bool = False
    impossible: bool = False

    def fits(self, at: datetime) -> bool:
        """Whether this can mean the day of that local time."""
        parts = ((self.weekday, at.weekday()), (self.day, at.day), (self.month, at.month))
        return not self.impossible and all(named in (None, real) for named, real in parts)


def weekday_of(token: str) -> int | None:
    """The weekday a token names; Monday is 0."""
    name = re.sub(r"('s|s)$", "", token)
    return WEEKDAYS.index(name) if name in WEEKDAYS else SHORT_DAYS.get(token)


def days_in(tokens: Sequence[str]) -> list[SpokenDay]:
    """All days in the order they are named, a weekday and its date as one."""
    found: list[SpokenDay] = []
    for each in _single_days(tokens):
        before = found[-1] if found else None
        if before and (joined := _joined(before, each, tokens)):
            found[-1] = joined
        else:
            found.append(each)
    return [replace(day, denied=_is_denied(tokens, day)) for day in found]


def with_days_named(text: str, today: date) -> str:
    """Add the weekday to relative days: "Tomorrow works" said on a Thursday becomes "Tomorrow Friday works".

    Those of another week get their date as well: "Tuesday next week" becomes "Tuesday next week Tuesday the 8th".
    """
    for pattern, ahead in _RELATIVE:
        text = pattern.sub(partial(_named, today=today, ahead=ahead), text)
    return text


def _named(found: re.Match[str], today: date, ahead: "_Ahead") -> str:
    days = ahead if isinstance(ahead, int) else ahead(found.groupdict(), today)
    day = today + timedelta(days=days)
    return f"{found[0]} {day:%A}" if days < 7 else f"{found[0]} {day:%A} the {day.day}th"


def _count(words: str | None) -> int:
    if not words or words in ("a", "one", "the"):
        return 1
    return int(words) if words.isdigit() else ONES.index(words)


def _in_days(named: dict[str, str], today: date) -> int:
    return _count(named["n"].lower()) * (7 if named["unit"].lower().startswith("week") else 1)


def _next_week(named: dict[str, str], today: date) -> int:
    return WEEKDAYS.index(named["day"].lower()) - today.weekday() + 7


def _a_week_from(named: dict[str, str], today: date) -> int:
    whole = 7 * _count((named["n"] or "a").lower())
    name = named["day"].lower()
    near = {"today": 0, "now": 0, "tomorrow": 1}.get(name)
    return whole + (near if near is not None else (WEEKDAYS.index(name) - today.weekday()) % 7)


type _Ahead = int | Callable[[dict[str, str], date], int]
_DAY_NAMES = "|".join(WEEKDAYS)
_COUNTS = "|".join(("a", *ONES[1:15], r"\d{1,2}"))
_RELATIVE: tuple[tuple[re.Pattern[str], _Ahead], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), ahead)
    for pattern, ahead in (
        (rf"\b(?P<n>{_COUNTS}) weeks? (?:from|after) (?P<day>{_DAY_NAMES}|today|tomorrow|now)\b", _a_week_from),
        (rf"\b(?P<day>{_DAY_NAMES}),? (?:of )?(?:the )?(?:next|following) week\b", _next_week),
        (rf"(?<!day )(?<!day, )\b(?:next|the following) week,? (?:on )?(?P<day>{_DAY_NAMES})\b", _next_week),
        (rf"\bin (?P<n>{_COUNTS}) (?P<unit>days?|weeks?)\b(?! or| time to)", _in_days),
        (r"\b(?:the )?day after tomorrow\b|\bovermorrow\b", 2),
        (r"(?<!after )(?<!from )\btomorrow\b", 1),
        (r"(?<!from )\b(?:today|tonight|this (?:morning|afternoon|evening))\b", 0),
    )
)


def _single_days(tokens: Sequence[str]) -> Iterator[SpokenDay]:
    taken = -1
    for place in range(len(tokens)):
        if place <= taken:
            continue
        found = _weekday_at(tokens, place) or _date_at(tokens, place)
        if found:
            taken = found.last
            yield found


def _weekday_at(tokens: Sequence[str], place: int) -> SpokenDay | None:
    weekday = weekday_of(tokens[place])
    if weekday is None:
        return None
    return SpokenDay(place, place, weekday=weekday, vague=_is_vague(tokens, place))


def _is_vague(tokens: Sequence[str], place: int) -> bool:
    """Whether a weekday may be this week's or a later one: "next Tuesday", "the Tuesday after", "a week Tuesday"."""
    before, after = tokens[place - 1] if place else "", (*tokens[place + 1 : place + 3], "", "")
    another = after[0] == "week" or (after[0] == "after" and value_of(after[1]) is None and after[1] != "noon")
    return before in ("next", "week", "following") or another


def _date_at(tokens: Sequence[str], place: int) -> SpokenDay | None:
    """ "December first", "December the 1st", "the 24th", "1st of December", "the third at four"."""
    if tokens[place] in MONTHS:
        return _after_month(tokens, place)
    day, last = _nth(tokens, place)
    if day is None:
        return _before_month(tokens, place)
    following = tokens[last + 1 : last + 3]
    if len(following) == 2 and following[0] == "of" and following[1] in MONTHS:
        return SpokenDay(place, last + 2, day=day, month=MONTHS.index(following[1]) + 1)
    if following and following[0] in MONTHS:
        return SpokenDay(place, last + 1, day=day, month=MONTHS.index(following[0]) + 1)
    if following and following[0] in ONE_OF_THEM:
        return None  # "the second one"
    before = tokens[place - 1] if place else ""
    in_figures = value_of(tokens[place]) is not None
    if in_figures or before == "on" or (before == "the" and _goes_to_a_clock(tokens, place, last)):
        return SpokenDay(place, last, day=day)
    return None


def _before_month(tokens: Sequence[str], place: int) -> SpokenDay | None:
    """ "24 November"; not the 10 of "10 November 24th"."""
    value, rest = value_of(tokens[place]), tokens[place + 1 :]
    if value is None or value not in range(1, 32) or not rest or rest[0] not in MONTHS or _after_month(rest, 0):
        return None
    return SpokenDay(place, place + 1, day=int(value), month=MONTHS.index(rest[0]) + 1)


def _goes_to_a_clock(tokens: Sequence[str], place: int, last: int) -> bool:
    """Whether "the third" is a day: "on the third", "the third at four", "ten on the third"."""
    on = place > 1 and tokens[place - 2] in ("on", *WEEKDAYS, "for", "until")
    return on or (last + 1 < len(tokens) and tokens[last + 1] in BEFORE_A_CLOCK)


def _after_month(tokens: Sequence[str], place: int) -> SpokenDay | None:
    at = place + 1
    if tokens[at : at + 1] and tokens[at] == "the":
        at += 1
    month = MONTHS.index(tokens[place]) + 1
    day, last = _nth(tokens, at) if at < len(tokens) else (None, at)
    if day is None and at < len(tokens):
        value = value_of(tokens[at])
        day, last = (int(value), at) if value is not None and 1 <= value <= 31 and value == int(value) else (None, at)
    return None if day is None else SpokenDay(place, last, day=day, month=month)


def _nth(tokens: Sequence[str], place: int) -> tuple[int | None, int]:
    """The day of the month that begins here, as an ordinal, and its last token."""
    for words in (2, 1):
        day = _DAY_OF_MONTH.get(" ".join(tokens[place : place + words]))
        if day is not None:
            return day, place + words - 1
    value = value_of(tokens[place])
    if value is not None and 1 <= value <= 31 and place + 1 < len(tokens) and tokens[place + 1] in ENDINGS:
        return int(value), place + 1
    return None, place


def _joined(one: SpokenDay, other: SpokenDay, tokens: Sequence[str]) -> SpokenDay | None:
    """One day out of a weekday and its date, or of the same day named twice; None for two days."""
    between = tokens[one.last + 1 : other.first]
    if any(
        word not in ("the", "a", "on", "is", "which", "that's", "this", "coming", "next", "month") for word in between
    ):
        return None
    parts = ("weekday", "day", "month")
    pairs = [(getattr(one, part), getattr(other, part)) for part in parts]
    clash = any(mine is not None and theirs is not None and mine != theirs for mine, theirs in pairs)
    relative = one.first > 0 and tokens[one.first - 1] in NEAR
    if clash and not relative:
        return None
    named = {part: mine if mine is not None else theirs for part, (mine, theirs) in zip(parts, pairs, strict=True)}
    vague = (one.vague or other.vague) and named["day"] is None
    return SpokenDay(one.first, other.last, **named, vague=vague, impossible=clash)


def _is_denied(tokens: Sequence[str], day: SpokenDay) -> bool:
    if DENIED_BEFORE.search(" ".join(tokens[max(0, day.first - 5) : day.first])):
        return True
    return bool(DENIED_AFTER.match(" ".join(tokens[day.last + 1 : day.last + 4])))
