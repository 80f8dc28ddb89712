"""Numbers in spoken English, both ways: "four fifty", "$450,000" and "450 k" are 450000, and a number becomes words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sandbox.language import words

UNITS = {
    word: value
    for value, word in enumerate(
        words(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen"
        )
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate(words("twenty thirty forty fifty sixty seventy eighty ninety"), start=2)
}
SCALES = {"thousand": 1_000, "thousands": 1_000, "k": 1_000, "grand": 1_000, "million": 1_000_000, "m": 1_000_000}
SOUND_ALIKES = {"to": 2, "too": 2, "for": 4, "fore": 4, "tree": 3, "free": 3, "won": 1, "ate": 8}
TOKEN = re.compile(r"\$?\d[\d,]*(?:\.\d+)?|[a-z]+")
NOT_MONEY = re.compile(
    r"^(bed|bath|month|week|year|day|half bath|car|am\b|pm\b|a m|p m|o clock|st\b|nd\b|rd\b|th\b)"
    r"|^(street|lane|avenue|road)"
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One number as heard: its value, the words it covers, and whether a scale word or a dollar sign came with it."""

    value: float
    raw: str
    first: int
    last: int
    scaled: bool


@dataclass
class _Sum:
    total: float = 0.0
    current: float | None = None
    scaled: bool = False

    @property
    def value(self) -> float:
        return self.total + (self.current or 0.0)


@lru_cache(maxsize=2048)
def tokens_of(text: str) -> tuple[str, ...]:
    """The words and figures of a text, lower case, thousands separators kept inside their figure."""
    spaced = re.sub(r"(\d)([a-z])", r"\1 \2", text.lower().replace("-", " ").replace("'", ""))
    return tuple(TOKEN.findall(spaced))


@lru_cache(maxsize=2048)
def numbers_in(text: str) -> tuple[Spoken, ...]:
    """All numbers in reading order."""
    tokens, found, at = tokens_of(text), [], 0
    while at < len(tokens):
        spoken = _read(tokens, at)
        if spoken is None:
            at += 1
        else:
            found.append(spoken)
            at = spoken.last + 1
    return tuple(found)


def _read(tokens: Sequence[str], first: int) -> Spoken | None:
    so_far, last, at = _Sum(), first - 1, first
    while at < len(tokens):
        taken = _take(so_far, tokens, at)
        if not taken:
            break
        at += taken
        last = at - 1
    if last < first:
        return None
    raw = " ".join(tokens[first : last + 1])
    return Spoken(so_far.value, raw, first, last, so_far.scaled or "$" in raw)


def _take(so_far: _Sum, tokens: Sequence[str], at: int) -> int:
    """Adds the word at this place to the sum; returns how many words were used, 0 when the number ends here."""
    word, following = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else ""
    if word in SCALES:
        return _take_scale(so_far, SCALES[word]) if so_far.current is not None else 0
    if word == "hundred" and (so_far.current or 0) < 100:
        so_far.current = (so_far.current or 1) * 100
        return 1
    if word == "a" and following in ("hundred", "thousand", "million") and so_far.current is None:
        so_far.current = 1
        return 1
    if tokens[at : at + 3] in (("half", "a", "million"), ("half", "of", "million")):
        so_far.total, so_far.scaled = so_far.total + 500_000, True
        return 3
    if tokens[at : at + 3] == ("and", "a", "half") and so_far.current is not None:
        so_far.current += 0.5
        return 3
    if word == "and" and (so_far.current or so_far.total) and _figure(following) is not None:
        whole = so_far.current is None or so_far.current % 100 == 0
        return 1 if whole and (so_far.current or so_far.total) >= 100 else 0
    if word == "point" and so_far.current is not None and (_figure(following) or 99) < 10:
        so_far.current += (_figure(following) or 0) / 10
        return 2
    value = _figure(word)
    return 0 if value is None else _join(so_far, value, is_figure="$" in word or "," in word)


def _take_scale(so_far: _Sum, scale: int) -> int:
    so_far.total += (so_far.current or 1) * scale
    so_far.current, so_far.scaled = None, True
    return 1


def _figure(word: str) -> float | None:
    if word in UNITS:
        return UNITS[word]
    if word in TENS:
        return TENS[word]
    digits = word.lstrip("$").replace(",", "")
    return float(digits) if re.fullmatch(r"\d+(\.\d+)?", digits) else None


def _join(so_far: _Sum, value: float, *, is_figure: bool) -> int:
    current = so_far.current
    if current is None:
        if so_far.total and (is_figure or value >= 1_000):
            return 0
        so_far.current = value
    elif _completes(current, value):
        so_far.current = current + value
    elif 0 < current < 20 and 10 <= value < 100 and current == int(current):
        so_far.current = current * 100 + value  # "four fifty", "twelve ninety"
    else:
        return 0
    return 1


def _completes(current: float, value: float) -> bool:
    """ "fifty" + "two", "four hundred" + "fifty"."""
    if current and current % 100 == 0:
        return value < 100
    return current >= 20 and current % 10 == 0 and value < 10 and value == int(value)


def money_in(text: str) -> list[int]:
    """Amounts in dollars as a home buyer or seller means them: "four fifty" and "450" are 450,000 here.

    Only sums a home can cost (10,000 to 50,000,000) are returned; counts of rooms, months and clock times are not.
    """
    tokens, amounts = tokens_of(text), []
    for spoken in numbers_in(text):
        follows = " ".join(tokens[spoken.last + 1 : spoken.last + 3])
        if not spoken.scaled and NOT_MONEY.match(follows):
            continue
        dollars = _as_dollars(spoken)
        if dollars is not None and 10_000 <= dollars <= 50_000_000:
            amounts.append(dollars)
    return amounts


def _as_dollars(spoken: Spoken) -> int | None:
    if spoken.value >= 10_000:
        return int(spoken.value)
    if re.fullmatch(r"\$?\d\.\d\d", spoken.raw):  # "four fifty" written down as $4.50
        return round(spoken.value * 100_000)
    if re.fullmatch(r"\$?\d\.\d", spoken.raw):
        return round(spoken.value * 1_000_000)
    if 50 <= spoken.value < 1_000:
        return int(spoken.value * 1_000)
    return None


def count_before(text: str, noun: str) -> float | None:
    """The count right before a noun ("three bedrooms", "2 full baths", "for bedrooms"), or None."""
    tokens = tokens_of(text)
    places = [at for at, word in enumerate(tokens) if word.startswith(noun)]
    ends = {spoken.last: spoken for spoken in numbers_in(text)}
    for place in places:
        for back in (1, 2):
            spoken = ends.get(place - back)
            if spoken is not None and spoken.value <= 20:
                return spoken.value
        if place and tokens[place - 1] in SOUND_ALIKES:
            return float(SOUND_ALIKES[tokens[place - 1]])
    return None


def small_counts(text: str) -> list[float]:
    """Every number up to 20 in reading order, the sound-alikes of a lone word included ("to" for "two")."""
    counts = [spoken.value for spoken in numbers_in(text) if spoken.value <= 20 and not spoken.scaled]
    words = tokens_of(text)
    if not counts and len(words) == 1 and words[0] in SOUND_ALIKES:
        return [float(SOUND_ALIKES[words[0]])]
    return counts


def in_words(number: int) -> str:
    """A whole number below a billion as a person says it: 450000 is "four hundred fifty thousand"."""
    for scale, name in ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred")):
        if number >= scale:
            rest = number % scale
            return f"{in_words(number // scale)} {name}" + (f" {in_words(rest)}" if rest else "")
    if number < 20:
        return next(word for word, value in UNITS.items() if value == number)
    ten = next(word for word, value in TENS.items() if value == number - number % 10)
    return f"{ten} {in_words(number % 10)}" if number % 10 else ten


def with_figures(text: str) -> str:
    """House numbers and the like in figures: "twelve Orchard Lane" is "12 Orchard Lane"."""
    tokens = text.replace("-", " ").split()
    bare = tuple(re.sub(r"[^\w]", "", token).lower() for token in tokens)
    out, at = [], 0
    while at < len(tokens):
        spoken = _read(bare, at) if bare[at] in UNITS or bare[at] in TENS else None
        if spoken is None:
            out.append(tokens[at])
            at += 1
        else:
            out.append(str(int(spoken.value)))
            at = spoken.last + 1
    return " ".join(out)
