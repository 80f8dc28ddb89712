"""Extract numbers from recognized English, as callers say them and recognizers write them. Pure.

"four fifty", "450", "$4.50", "four hundred and fifty thousand", "half a million", "two and a half", "nineteen ninety".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from leads.number_words import ONES, TENS

SMALL = {word: value for value, word in enumerate(ONES)} | {word: 10 * tens for tens, word in enumerate(TENS) if word}
SCALE_WORDS = {"thousand": 1_000, "k": 1_000, "grand": 1_000, "million": 1_000_000, "m": 1_000_000}
PARTS_OF_A_MILLION = (
    (("three", "quarters", "of", "a", "million"), 750_000),
    (("quarter", "of", "a", "million"), 250_000),
    (("quarter", "million"), 250_000),
    (("half", "of", "a", "million"), 500_000),
    (("half", "a", "million"), 500_000),
    (("half", "million"), 500_000),
)
SENTENCE_END = "."
MOST_DIGITS = 12  # a longer run of digits is not a quantity
_TOKEN = re.compile(r"\$?\d[\d,]*(?:\.\d+)?|[a-z']+|[.!?]+(?=\s|$)")


@dataclass(frozen=True, slots=True)
class SpokenNumber:
    """A number and the indexes of its first and last token; `scaled` if it came with "thousand" or "million"."""

    value: float
    first: int
    last: int
    scaled: bool = False


@dataclass(slots=True)
class _NumberSoFar:
    """A number while its words are read: `total` up to the last scale, `group` since."""

    total: float = 0.0
    group: float | None = None
    scaled: bool = False
    figures: bool = False

    @property
    def value(self) -> float:
        return round(self.total + self._rest, 2)

    @property
    def _rest(self) -> float:
        """The group's value: "a million two" goes on in hundreds of thousands, "a million two fifty" in thousands."""
        if not self.group or not self.total or self.total % 1_000_000 or self.group >= 1_000:
            return self.group or 0.0
        return self.group * (100_000 if self.group < 10 else 1_000)


@lru_cache(maxsize=1024)
def tokens_of(text: str) -> tuple[str, ...]:
    """Split a text into lower-case words and figures, with `SENTENCE_END` between sentences.

    A figure keeps its dollar sign and its decimal point.
    """
    plain = re.sub(r"(?<=[a-z\d])[-–](?=[a-z\d])", " ", text.lower().replace("’", "'"))
    tokens = _TOKEN.findall(re.sub(r"(\d)([a-z])", r"\1 \2", plain))
    return tuple(SENTENCE_END if token[0] in ".!?" else token.strip("',") for token in tokens)


@lru_cache(maxsize=1024)
def numbers_in(text: str) -> tuple[SpokenNumber, ...]:
    """Return all numbers in the order they are said."""
    tokens, found, at = tokens_of(text), [], 0
    while at < len(tokens):
        number = _read(tokens, at)
        if number is not None:
            found.append(number)
        at = at + 1 if number is None else number.last + 1
    return tuple(found)


def twin(value: float) -> float | None:
    """Return the number this one is mistaken for on the phone (15 for 50, 415,000 for 450,000), if there is one."""
    whole, scale = int(value), 1
    if whole != value or whole <= 0:
        return None
    while whole % 1_000 == 0:
        whole, scale = whole // 1_000, scale * 1_000
    last = whole % 100
    if 13 <= last <= 19:
        return float((whole - last + (last - 10) * 10) * scale)
    if last in range(30, 100, 10):
        return float((whole - last + last // 10 + 10) * scale)
    return None


def value_of(token: str) -> float | None:
    """Return the value of a token that is a number by itself, None if it is not."""
    if token in SMALL:
        return float(SMALL[token])
    digits = token.lstrip("$").replace(",", "")
    return float(digits) if len(digits) <= MOST_DIGITS and re.fullmatch(r"\d+(?:\.\d+)?", digits) else None


def _read(tokens: Sequence[str], first: int) -> SpokenNumber | None:
    for words, value in PARTS_OF_A_MILLION:
        if tuple(tokens[first : first + len(words)]) == words:
            return SpokenNumber(value, first, first + len(words) - 1, scaled=True)
    so_far, at = _NumberSoFar(), first
    while at < len(tokens) and (taken := _take(so_far, tokens, at)):
        at += taken
    return SpokenNumber(so_far.value, first, at - 1, so_far.scaled) if at > first else None


def _take(so_far: _NumberSoFar, tokens: Sequence[str], at: int) -> int:
    """Add the token at `at`; return how many tokens were taken, 0 if the number ends before it."""
    word, following = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else ""
    if word in ("a", "an") and so_far.value == 0 and following in ("hundred", *SCALE_WORDS):
        so_far.group = 1
        return 1
    if word in SCALE_WORDS:
        return _scale(so_far, SCALE_WORDS[word])
    if word == "hundred" and so_far.group is not None and so_far.group < 100:
        so_far.group *= 100
        return 1
    if word == "and":
        return _and(so_far, tokens, at)
    if word == "point" and so_far.group is not None and (value_of(following) or 10) < 10:
        return _point(so_far, tokens, at + 1)
    if word in ("oh", "o") and so_far.group is not None and so_far.group < 10 and 0 < SMALL.get(following, 0) < 10:
        so_far.group = so_far.group * 100 + SMALL[following]
        return 2
    return _join(so_far, word)


def _scale(so_far: _NumberSoFar, scale: int) -> int:
    if so_far.group is None:
        return 0
    so_far.total, so_far.group, so_far.scaled, so_far.figures = so_far.total + so_far.group * scale, None, True, False
    return 1


def _and(so_far: _NumberSoFar, tokens: Sequence[str], at: int) -> int:
    """Read "two and a half" and "four hundred and fifty"; "three and two" are two numbers."""
    if tuple(tokens[at + 1 : at + 3]) == ("a", "half") and so_far.group is not None:
        so_far.group += 0.5
        return 3
    follows = tokens[at + 1] if at + 1 < len(tokens) else ""
    in_words = so_far.group is not None and so_far.group >= 100 and so_far.group % 100 == 0 and not so_far.figures
    return 1 if in_words and follows in SMALL else 0


def _point(so_far: _NumberSoFar, tokens: Sequence[str], at: int) -> int:
    digits = ""
    for token in tokens[at : at + 3]:
        value = value_of(token)
        if value is None or value not in range(10):
            break
        digits += str(int(value))
    so_far.group = float(f"{int(so_far.group or 0)}.{digits}")
    return 1 + len(digits)


def _join(so_far: _NumberSoFar, word: str) -> int:
    value = value_of(word)
    if value is None:
        return 0
    group = so_far.group
    if word not in SMALL:
        if group is not None:
            return 0
        so_far.group, so_far.figures = value, True
        return 1
    if group is None:
        so_far.group = value
    elif so_far.figures or not _goes_on(group, value):
        return 0
    else:
        so_far.group = group * 100 + value if _skips_hundred(group, value) else group + value
    return 1


def _goes_on(group: float, value: float) -> bool:
    """Whether the next word belongs to the same number: "four fifty", "fifty five", "four hundred ten"."""
    if _skips_hundred(group, value):
        return True
    after_tens = group % 10 == 0 and group % 100 >= 20
    after_hundreds = group >= 100 and group % 100 == 0
    return value > 0 and ((after_tens and value < 10) or after_hundreds)


def _skips_hundred(group: float, value: float) -> bool:
    """Whether "hundred" is left out between the two: "four fifty" is 450, "nineteen ninety" is 1990."""
    return 0 < group < 100 and value >= 10
