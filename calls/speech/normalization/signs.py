"""Rules for typographic signs, number ranges, and the digits no other rule has taken."""

import re

from calls.speech.normalization.numerals import count, digit_by_digit, plural
from calls.speech.normalization.patterns import NUMBER, rule


def _number(match: re.Match[str]) -> str:
    """Say a plain number, apart from letters right beside it: 4B is "four B"."""
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    return f"{' ' if before.isalpha() else ''}{count(match[0])}{' ' if after.isalpha() else ''}"


FRACTION_SIGNS = (
    rule(r"(?<=[0-9])(?=[½⅓⅔¼¾])", " "),
    *(rule(sign, written) for sign, written in zip("½⅓⅔¼¾", ("1/2", "1/3", "2/3", "1/4", "3/4"), strict=True)),
    rule(r"\b24/7\b", "twenty-four seven"),
)
RANGES = (rule(r"(?<=[0-9])\s?[-–—]\s?(?=[0-9])", " to "), rule(r"(?<=[0-9])\s?[x×]\s?(?=[0-9])", " by "))
RULES = (
    rule(r"(?<=[0-9])\+", " or more"),
    rule(r"(?<!\w)\.(?P<part>[0-9]+)", lambda match: f"point {digit_by_digit(match['part'])}"),
    rule(rf"\b(?P<number>{NUMBER})['’]?s\b", lambda match: plural(count(match["number"]))),
    rule(NUMBER, _number),
    rule(r"\s?&\s?", " and "),
    rule(r"\bw/o\b", "without"),
    rule(r"\bw/\s?(?=\w)", "with "),
    rule(r"(?<=\s)@(?=\s)", "at"),
    rule(r"~\s?(?=\w)", "about "),
    rule(r"\bapprox\b\.?", "approximately"),
    rule(r"\bvs\b\.?(?=\s)", "versus"),
)
