"""Extract times of day with their days from recognized speech, and tell which of the offered times is taken. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from calls.understanding.spoken_days import MONTHS, NEAR, SpokenDay, days_in
from calls.understanding.spoken_numbers import SENTENCE_END, SpokenNumber, numbers_in, tokens_of, value_of
from leads.number_words import ONES
from leads.scheduling.agreement_words import says_yes

NO_HOUR_BEFORE = (
    "first", "second", "third", "that", "this", "the", "other", "last", "either", "which", "any", "earlier",
    "later", "former", "latter", "next", "morning", "afternoon", "evening",
)  # fmt: skip
AFTER_AN_HOUR = ("am", "pm", "o'clock")
PARTS_OF_DAY = {"morning": (0, 12), "afternoon": (12, 17), "evening": (17, 24), "night": (17, 24)}
HALF_OF = {"morning": "am", "afternoon": "pm", "evening": "pm", "night": "pm", "tonight": "pm"}
WHICH_ONE = (
    (re.compile(r"\b(first|former|earlier|earliest|sooner|1st)\b"), 0),
    (re.compile(r"\b(third|3rd)\b"), 2),
    (re.compile(r"\b(second|latter|later|last|other|2nd)\b"), 1),
)
ANY_OF_THEM = re.compile(r"\b(any|either|whichever|whatever|both|doesn't matter|don't mind|you (pick|choose))\b")
TO_ITS_DAY = frozenset(  # between a time and the day named after it, or between a day and its time
    {"on", "this", "next", "coming", "the", "for", "of", "in", "o'clock", "am", "pm", "morning", "afternoon", "evening"}
    | {"night", "at", "around", "about", "sharp", "ish", "maybe", "say", "by", "from", "please", *NEAR, "day", "after"}
)
WITH_ANOTHER = TO_ITS_DAY | {"or", "and", "then"}
WHAT_IS_COUNTED = re.compile(
    r"^(bed|bath|bedroom|bathroom|room|kid|child|children|car|dog|cat|people|person|floor|stor|acre|year|month|week|day"
    r"|minute|hour|percent|thousand|million|hundred|dollar|square|mile|house|home|of us|garage|adult|time)"
)
NOT_THAT_TIME = frozenset({"not", "except", "than", "until", "till", "before"})
_HOURS = "|".join((*ONES[1:13], r"1[0-2]|[1-9]"))
_MINUTES = {"five": 5, "ten": 10, "quarter": 15, "a quarter": 15, "twenty": 20, "twenty five": 25, "twenty-five": 25}
_MINUTES |= {"half": 30, "5": 5, "10": 10, "15": 15, "20": 20, "25": 25, "30": 30}
_AROUND_THE_HOUR = re.compile(
    rf"\b(a quarter|quarter|half|twenty[ -]five|twenty|ten|five|5|10|15|20|25|30)(?: minutes?)?"
    rf" (past|after|to|till|til|before|(?<=quarter )of) ({_HOURS})\b(?!:)"
)


class Choice(Enum):
    """Whether an answer takes the time in question."""

    THIS = auto()
    ANOTHER = auto()
    UNCLEAR = auto()


@dataclass(frozen=True, slots=True)
class SpokenTime:
    """A time of day as said: hour 1 to 12, `half` "am", "pm" or "", and the days it may be on; none if none was named.

    `plain` is true for what was said as a time ("at two", "2 PM"), not as a bare number.
    """

    hour: int
    minute: int = 0
    half: str = ""
    days: tuple[SpokenDay, ...] = ()
    plain: bool = True

    @property
    def weekday(self) -> int | None:
        """The weekday it is on, if one was named."""
        return self.days[0].weekday if self.days else None

    @property
    def day(self) -> int | None:
        """The day of the month it is on, if one was named."""
        return self.days[0].day if self.days else None

    @property
    def is_sure_of_its_day(self) -> bool:
        """Whether a day was named that can be only one."""
        return bool(self.days) and not any(day.vague for day in self.days)

    def fits(self, at: datetime) -> bool:
        """Whether this can mean that local time."""
        return self.is_at(at) and (not self.days or any(day.fits(at) for day in self.days))

    def is_at(self, at: datetime) -> bool:
        """Whether this is that time of day, on whatever day."""
        same_half = self.half in ("", "am" if at.hour < 12 else "pm")
        return same_half and (self.hour, self.minute) == (at.hour % 12 or 12, at.minute)

    def is_like(self, offered: "SpokenTime") -> bool:
        """Whether this can be that offered time: the same time of day, on one of the days named if any was."""
        same = (self.hour, self.minute) == (offered.hour, offered.minute)
        return same and "" in (self.half, offered.half, "" if self.half == offered.half else "x")


@dataclass(frozen=True, slots=True)
class _Clock:
    """A time of day between its first and last token."""

    first: int
    last: int
    time: SpokenTime


def times_in(text: str) -> tuple[SpokenTime, ...]:
    """Return all times of day in the order they are said, each with the day it is on, named before or after it."""
    plain = _with_plain_clocks(text)
    tokens = tokens_of(plain)
    days = [day for day in days_in(tokens) if not day.denied]
    taken = {place for day in days_in(tokens) for place in range(day.first, day.last + 1)}
    clocks = [
        clock
        for number in numbers_in(plain)
        if number.first not in taken and (clock := _clock(tokens, number)) and not _is_denied(tokens, clock)
    ]
    return tuple(_dated(clocks, at, days, tokens) for at in range(len(clocks)))


def named_days(text: str) -> tuple[SpokenDay, ...]:
    """Return the days that are named and not turned down."""
    return tuple(day for day in days_in(tokens_of(_with_plain_clocks(text))) if not day.denied)


def choice_of(answer: str, question: str, at: datetime) -> Choice:
    """Tell whether the answer to that question takes `at`, a local time.

    A time said without its day is one of the offered ones, or on the only day the question names.
    """
    offered, said, days = times_in(question), times_in(answer), named_days(answer)
    if said and (choice := _by_time(said, offered, named_days(question), at)):
        return choice
    if any(time.plain for time in said) or (days and not any(day.fits(at) for day in days)):
        return Choice.ANOTHER
    if len(offered) < 2:
        return Choice.THIS if offered and _takes_the_one(answer, offered[0], at) else Choice.UNCLEAR
    return _by_place(answer, offered, at) or _by_day(answer, offered, at, days)


def _by_time(
    said: tuple[SpokenTime, ...], offered: tuple[SpokenTime, ...], asked: tuple[SpokenDay, ...], at: datetime
) -> Choice | None:
    """By the times said: one without its day is an offered one, or on the day that was asked about."""
    for time in said:
        if not time.is_at(at):
            continue
        if time.is_sure_of_its_day:
            if time.fits(at):
                return Choice.THIS
            continue
        like = [each for each in offered if time.is_like(each) and (not time.days or _share_a_day(time, each))]
        if like:
            return Choice.THIS if any(each.fits(at) for each in like) else Choice.ANOTHER
        if time.days or not asked:
            return Choice.UNCLEAR
        if not any(day.fits(at) for day in asked):
            return Choice.ANOTHER
        return Choice.THIS if all(day.fits(at) for day in asked) else Choice.UNCLEAR
    return None


def _share_a_day(time: SpokenTime, offered: SpokenTime) -> bool:
    return any(day.weekday in (None, other.weekday) for day in time.days for other in offered.days)


def _takes_the_one(answer: str, offered: SpokenTime, at: datetime) -> bool:
    return offered.fits(at) and says_yes(answer)


def _by_place(answer: str, offered: tuple[SpokenTime, ...], at: datetime) -> Choice | None:
    words = answer.lower()
    for pattern, place in WHICH_ONE:
        if pattern.search(words):
            return Choice.THIS if offered[min(place, len(offered) - 1)].fits(at) else Choice.ANOTHER
    return Choice.THIS if ANY_OF_THEM.search(words) and any(time.fits(at) for time in offered) else None


def _by_day(answer: str, offered: tuple[SpokenTime, ...], at: datetime, days: tuple[SpokenDay, ...]) -> Choice:
    words = set(tokens_of(answer))
    parts = [hours for part, hours in PARTS_OF_DAY.items() if part in words or f"{part}s" in words]
    if parts and not any(first <= at.hour < last for first, last in parts):
        return Choice.ANOTHER
    left = [time for time in offered if not days or any(_may_be_on(day, time) for day in days)]
    left = [time for time in left if not parts or any(_is_within(time, hours) for hours in parts)]
    if (days or parts) and len(left) == 1:
        return Choice.THIS if left[0].fits(at) else Choice.ANOTHER
    return Choice.UNCLEAR


def _may_be_on(day: SpokenDay, time: SpokenTime) -> bool:
    """Whether the offered time may be on the day that was named; one offered without a day may be on any."""
    return not time.days or any(
        all(None in (mine, theirs) or mine == theirs for mine, theirs in _parts(day, other)) for other in time.days
    )


def _parts(one: SpokenDay, other: SpokenDay) -> tuple[tuple[int | None, int | None], ...]:
    return (one.weekday, other.weekday), (one.day, other.day), (one.month, other.month)


def _is_within(time: SpokenTime, hours: tuple[int, int]) -> bool:
    """Whether the offered time is in that part of the day; without "am" or "pm" it may be in either half."""
    halves = {"am": (time.hour % 12,), "pm": (time.hour % 12 + 12,)}.get(
        time.half, (time.hour % 12, time.hour % 12 + 12)
    )
    return any(hours[0] <= hour < hours[1] for hour in halves)


def _dated(clocks: Sequence[_Clock], at: int, days: Sequence[SpokenDay], tokens: Sequence[str]) -> SpokenTime:
    """The time with its day: right before it and not another time's, else right after it, else the last."""
    time = clocks[at].time
    own = _day_right_before(clocks, at, days, tokens) or _day_after(clocks, at, days, tokens)
    if not own:
        own = tuple(day for day in days if day.last < clocks[at].first)[-1:]
    if (
        not own
        and len(days) == 1
        and not any(_day_right_before(clocks, other, days, tokens) for other in _but(clocks, at))
    ):
        own = (days[0],)
    return SpokenTime(time.hour, time.minute, time.half, own, time.plain)


def _but(clocks: Sequence[_Clock], at: int) -> list[int]:
    return [other for other in range(len(clocks)) if other != at]


def _day_right_before(
    clocks: Sequence[_Clock], at: int, days: Sequence[SpokenDay], tokens: Sequence[str]
) -> tuple[SpokenDay, ...]:
    """The day "Tuesday at ten" names, or both of "Tuesday or Wednesday at ten"; not one of the time before it."""
    begins = clocks[at].first
    before = [day for day in days if day.last < begins]
    if not before or not _is_only(tokens, before[-1].last + 1, begins, TO_ITS_DAY):
        return ()
    if at and _is_taken_by(clocks[at - 1], before[-1], tokens):
        return ()
    either = [before[-1]]
    for day in reversed(before[:-1]):
        if not _is_or(tokens[day.last + 1 : either[0].first]):
            break
        either.insert(0, day)
    return tuple(either)


def _is_taken_by(clock: _Clock, day: SpokenDay, tokens: Sequence[str]) -> bool:
    """Whether a day right after an earlier time is that one's, as in "ten on Tuesday, two on Wednesday"."""
    return clock.last < day.first and _is_only(tokens, clock.last + 1, day.first, TO_ITS_DAY)


def _day_after(
    clocks: Sequence[_Clock], at: int, days: Sequence[SpokenDay], tokens: Sequence[str]
) -> tuple[SpokenDay, ...]:
    """The day of "ten on Tuesday" and of "ten or eleven on Tuesday"; with "or" between, either of two days."""
    ends = clocks[at].last
    after = [day for day in days if day.first > ends]
    if not after:
        return ()
    skipped = {place for clock in clocks for place in range(clock.first, clock.last + 1)}
    between = [tokens[place] for place in range(ends + 1, after[0].first) if place not in skipped]
    if any(word not in WITH_ANOTHER for word in between):
        return ()
    own = [after[0]]
    for day in after[1:]:
        if not _is_or(tokens[own[-1].last + 1 : day.first]):
            break
        own.append(day)
    return tuple(own)


def _is_only(tokens: Sequence[str], first: int, end: int, words: frozenset[str]) -> bool:
    return all(token in words for token in tokens[first:end])


def _is_or(between: Sequence[str]) -> bool:
    return "or" in between and all(word in ("or", "on", "the", "next", "maybe", "even") for word in between)


def _with_plain_clocks(text: str) -> str:
    """Rewrite times so that each is a number: "10:30" as "1030", "half past ten" as "at 1030", "a.m." as one word."""
    plain = re.sub(r"[ \s]+", " ", text.lower().replace("’", "'"))
    plain = re.sub(r"\+?\d[\d ().-]{7,}\d", _without_phones, plain)
    plain = re.sub(r"\b(jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\b\.?(?= ?\d)", _month, plain)
    plain = re.sub(r"(?<=\d )(jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\b\.?", _month, plain)
    plain = re.sub(r"\b(1[0-2]|0?[1-9])/(3[01]|[12]\d|0?[1-9])\b(/\d{2,4})?", _date_in_words, plain)
    plain = re.sub(r"\b(\d{1,2}(?::\d\d)?)(?: ?([ap])\.? ?m\b\.?|([ap])\b)", r"\1 \2\3m", plain)
    plain = re.sub(r"\b(\d{1,2}):(\d\d)\b", _by_the_clock, plain)
    plain = re.sub(r"\b(\d{1,2})\.(\d\d)(?= ?[ap]m\b)", r"\1\2", plain)
    plain = re.sub(r"\b([ap])\.? ?m\b\.?", r"\1m", plain)
    plain = re.sub(r"\bo'? ?clock\b", "o'clock", plain)
    plain = re.sub(r"\b(twelve |12 )?noon(ish)?\b|\bmidday\b", "at 12 pm", plain)
    plain = re.sub(r"\b(twelve |12 )?midnight\b", "at 12 am", plain)
    plain = re.sub(rf"\b({_HOURS})[ -]?ish\b", r"at \1", plain)
    plain = re.sub(rf"\b({_HOURS}) (?:oh|o) ({'|'.join(ONES[1:10])})\b", _minutes_after, plain)
    return _AROUND_THE_HOUR.sub(_near_the_hour, plain)


def _without_phones(found: re.Match[str]) -> str:
    """Leave a date of digits, in words, and nothing of a phone number."""
    date = re.match(r"20\d\d-(1[0-2]|0[1-9])-(3[01]|[12]\d|0[1-9])(.*)$", found[0])
    if date:
        return f"{MONTHS[int(date[1]) - 1]} {int(date[2])}{date[3]}"
    return " " if len(re.sub(r"\D", "", found[0])) >= 7 else found[0]


def _month(found: re.Match[str]) -> str:
    return next(month for month in MONTHS if month.startswith(found[1][:3]))


def _date_in_words(found: re.Match[str]) -> str:
    return f"{MONTHS[int(found[1]) - 1]} {int(found[2])}"


def _by_the_clock(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    if hour > 23 or minute > 59:
        return found[0]
    if hour in range(1, 13):
        return f"at {hour}{minute:02d}" if minute else f"at {hour}"
    return f"at {hour % 12 or 12}{minute:02d} {'pm' if hour > 12 else 'am'}"


def _minutes_after(found: re.Match[str]) -> str:
    return f"at {_hour(found[1])}0{ONES.index(found[2])}"


def _hour(word: str) -> int:
    return int(word) if word.isdigit() else ONES.index(word)


def _near_the_hour(found: re.Match[str]) -> str:
    minutes, hour = _MINUTES[found[1]], _hour(found[3])
    if found[2] not in ("past", "after"):
        minutes, hour = 60 - minutes, (hour - 2) % 12 + 1
    return f"at {hour}{minutes:02d}"


def _clock(tokens: tuple[str, ...], number: SpokenNumber) -> _Clock | None:
    """The time of day a number is, with its half of the day; None if it cannot be a time."""
    before = tokens[number.first - 1] if number.first else ""
    following = tokens[number.last + 1] if number.last + 1 < len(tokens) else ""
    hour, minute = divmod(int(number.value), 100) if number.value >= 100 else (int(number.value), 0)
    named = before in ("at", "around", "about", "past", "by", "@")
    if hour in range(13, 24) and (named or following in ("hours", "hundred")) and number.value >= 1300:
        return _Clock(number.first, number.last, SpokenTime(hour - 12, minute, "pm"))
    if number.value != int(number.value) or not 1 <= hour <= 12 or minute >= 60 or tokens[number.first].startswith("$"):
        return None
    named_before = before in (*NO_HOUR_BEFORE, *AFTER_AN_HOUR) or value_of(before) is not None
    if number.value == 1 and (named_before or following == "of") and following not in AFTER_AN_HOUR:
        return None
    if WHAT_IS_COUNTED.match(following):
        return None
    last = number.last + (following in AFTER_AN_HOUR)
    half = following if following in ("am", "pm") else _half(tokens, number.first, last)
    plain = bool(half) or following == "o'clock" or named
    return _Clock(number.first, last, SpokenTime(hour, minute, half, plain=plain))


def _half(tokens: Sequence[str], first: int, last: int) -> str:
    """The half of the day that "in the morning" after a time or "Tuesday afternoon at" before it names; "" for none."""
    after = _until_a_number(tokens[last + 1 : last + 6])
    before = _until_a_number(reversed(tokens[max(0, first - 4) : first]))
    return next((HALF_OF[word] for word in (*after, *before) if word in HALF_OF), "")


def _until_a_number(words: Iterable[str]) -> list[str]:
    taken: list[str] = []
    for word in words:
        if word == SENTENCE_END or word[0].isdigit() or word in ONES or word in ("or", "and", "but", "not"):
            break
        taken.append(word)
    return taken


def _is_denied(tokens: Sequence[str], clock: _Clock) -> bool:
    """Whether a time is turned down: "not ten", "ten is too early", "ten doesn't work"."""
    before = [token for token in tokens[max(0, clock.first - 2) : clock.first] if token not in ("at", "around")]
    after = " ".join(tokens[clock.last + 1 : clock.last + 4])
    turned_down = re.match(
        r"(is |'s )?(too|no good|not good|doesn't|does not|won't|will not|is not|isn't|is out)\b", after
    )
    return bool(before and before[-1] in NOT_THAT_TIME) or bool(turned_down)
