"""Rules for what is read digit by digit or letter by letter: phone, listing and other numbers, initials."""

import re

from calls.speech.normalization.measures import COUNTED_NOUNS, UNIT
from calls.speech.normalization.numerals import digit_by_digit
from calls.speech.normalization.patterns import rule, word_list

SPELLED = word_list("MLS HOA FHA FSBO ADU LLC PITI USDA UTC GMT")
SERVICES = "211|311|411|511|611|711|811"  # three digits that are a number to call, after a word that says so
CRISIS = "911|988"  # and those that are one unless they count something
_BEGINS = r"(?<![\w$.,#-])"
_ENDS = r"(?![\w-]*[0-9])"
_LINE = r"(?P<exchange>[0-9]{3})[\s.-]?(?P<line>[0-9]{4})"
_EXTENSION = (
    r"(?:\)?(?:,?\s?(?:ext(?:ension|n)?\b\.?|x|;\s?ext=)\s?#?|\s?,,?,?\s?(?<=,,)|\s#)\s?(?P<extension>[0-9]{1,7}))?"
)
_NAMED = r"(?:\s(?:numbers?|no\.?|code|id)\b)"
_IS = r"(?:\sis)?:?\s#?"


def _phone(match: re.Match[str]) -> str:
    groups = match.groupdict()
    parts = [digit_by_digit(groups[name]) for name in ("area", "exchange", "line") if name in groups]
    after = [f"extension {digit_by_digit(groups['extension'])}"] if groups["extension"] else []
    return ", ".join(["one"] * bool(groups.get("country")) + parts + after)


def _toll_free(area: str) -> str:
    return "eight hundred" if area == "800" else digit_by_digit(area)


def _abroad(match: re.Match[str]) -> str:
    return f"plus {', '.join(map(digit_by_digit, re.findall('[0-9]+', match[0])))}"


def _digits(match: re.Match[str]) -> str:
    return f"{match['what'].rstrip('#')}{digit_by_digit(match['number'])}"


def _initials(match: re.Match[str]) -> str:
    return " ".join(match["letters"]) + match["several"]


RULES = (
    rule(r"(?<![\w.-])(?P<first>[2-9])(?P<mark>[-.])1(?P=mark)1(?![\w-]|\.[0-9])", lambda match: f"{match['first']}11"),
    rule(
        r"(?<![\w-])(?:(?P<country>1)[ -])?(?P<area>8[0-9]{2})-(?P<word>[A-Z][A-Z-]{3,12})\b",
        lambda match: f"{'one, ' if match['country'] else ''}{_toll_free(match['area'])}, {match['word'].title()}",
    ),
    rule(
        rf"{_BEGINS}(?:(?P<country>\+?1)[\s.-]?)?\(?(?P<area>[2-9][0-9]{{2}})\)?[\s.-]?{_LINE}{_EXTENSION}{_ENDS}",
        _phone,
        re.IGNORECASE,
    ),
    rule(rf"{_BEGINS}(?P<exchange>[0-9]{{3}})-(?P<line>[0-9]{{4}}){_EXTENSION}{_ENDS}", _phone, re.IGNORECASE),
    rule(
        r"(?<![\w$.,#+-])\+(?!1\b)[0-9]{1,3}(?:[\s.()-]{1,2}[0-9]{1,12}){1,6}(?![0-9])|(?<![\w+])\+[0-9]{8,15}\b",
        _abroad,
    ),
    rule(
        r"\bMLS\b[\s:]*(?:#|No\.|ID\b|number\b)?[\s:#]*(?P<number>[0-9]{4,})",
        lambda match: f"M L S number {digit_by_digit(match['number'])}",
    ),
    rule(
        rf"\b(?P<what>(?:(?:code|pin|passcode|password){_NAMED}?"
        rf"|(?:account|case|claim|confirmation|licen[cs]e|loan|order|permit|reference|routing|ticket|tracking){_NAMED})"
        rf"{_IS})(?P<number>[0-9]{{2,17}})(?![\w%]|[.,][0-9])",
        _digits,
        re.IGNORECASE,
    ),
    rule(
        r"\bext\.?\s(?P<number>[0-9]{1,7})\b",
        lambda match: f"extension {digit_by_digit(match['number'])}",
        re.IGNORECASE,
    ),
    rule(r"\b(?P<before>[Pp]ress|[Kk]ey|[Hh]it|[Dd]ial)\s#", lambda match: f"{match['before']} pound"),
    rule(rf"\b(?P<letters>{'|'.join(SPELLED)})(?P<several>s?)\b", _initials),
)
NUMBERS_TO_CALL = (
    rule(
        rf"\b(?P<what>(?:call(?:ed|ing)?|dial(?:ed|ing)?|phone|text|ring)\s(?:the\s)?)(?P<number>{SERVICES})(?![\w/%-]|[.,][0-9])",
        _digits,
        re.IGNORECASE,
    ),
    rule(
        rf"(?<![\w$.,/#-])(?P<what>)(?P<number>{CRISIS})(?![\w/%-]|[.,][0-9]|\s?(?:{UNIT}|{'|'.join(COUNTED_NOUNS)})\b)",
        _digits,
        re.IGNORECASE,
    ),
)
