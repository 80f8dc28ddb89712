"""Rules for what is read digit by digit or letter by letter: phone and listing numbers, initials of the trade."""

import re

from calls.speech.normalization.numerals import digit_by_digit
from calls.speech.normalization.patterns import rule, word_list

SPELLED = word_list("MLS HOA FHA FSBO ADU LLC PITI USDA")


def _phone(match: re.Match[str]) -> str:
    groups = match.groupdict()
    parts = [digit_by_digit(groups[name]) for name in ("area", "exchange", "line") if name in groups]
    return ", ".join(["one", *parts] if groups.get("country") else parts)


def _initials(match: re.Match[str]) -> str:
    return " ".join(match["letters"]) + match["several"]


RULES = (
    rule(
        r"(?<![\w$.,#-])(?:(?P<country>\+?1)[\s.-]?)?\(?(?P<area>[2-9][0-9]{2})\)?[\s.-]?(?P<exchange>[0-9]{3})[\s.-]?"
        r"(?P<line>[0-9]{4})(?![\w-]*[0-9])",
        _phone,
    ),
    rule(r"(?<![\w$.,#-])(?P<exchange>[0-9]{3})-(?P<line>[0-9]{4})(?![\w-]*[0-9])", _phone),
    rule(
        r"\bMLS\b[\s:]*(?:#|No\.|ID\b|number\b)?[\s:#]*(?P<number>[0-9]{4,})",
        lambda match: f"M L S number {digit_by_digit(match['number'])}",
    ),
    rule(rf"\b(?P<letters>{'|'.join(SPELLED)})(?P<several>s?)\b", _initials),
)
