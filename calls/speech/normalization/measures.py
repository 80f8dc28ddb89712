"""Rules for rooms, areas, distances and durations, and for ordinals and years."""

import re

from calls.speech.normalization.numerals import count, year
from calls.speech.normalization.patterns import ALONE, ENDS_NO_SENTENCE, NUMBER, rule, singular_or_plural, word_list
from leads.number_words import ordinal

# as written: (singular, plural)
UNITS = {
    r"bd|bds|bdrms?|br|brs": ("bedroom", "bedrooms"),
    r"ba|bas|bths?": ("bath", "baths"),
    r"sq\.?\s?ft|sqft|sf": ("square foot", "square feet"),
    r"ac": ("acre", "acres"),
    r"ft": ("foot", "feet"),
    r"mi": ("mile", "miles"),
    r"mins?": ("minute", "minutes"),
    r"hrs?": ("hour", "hours"),
    r"yrs?": ("year", "years"),
    r"mos?": ("month", "months"),
}
PER = {
    r"sq\.?\s?ft|sqft|sf": "per square foot",
    r"mo|month": "per month",
    r"yr|year": "per year",
    r"wk|week": "per week",
}
COUNTED_NOUNS = word_list("square feet foot acres miles dollars percent people homes houses listings units days")
UNIT = "|".join(UNITS)
NOT_COUNTED = rf"(?!\s?(?:{UNIT}|{'|'.join(COUNTED_NOUNS)})\b)"  # a year or a ZIP code, not a count of something


def _unit(match: re.Match[str]) -> str:
    number, more = match["number"], " or more" if match["plus"] else ""
    one, several = _named(UNITS, match["unit"])
    if match["hyphen"]:
        return f"{count(number)}-{one}"
    whole, _, part = number.partition(".")
    if part != "5" or more:
        return f"{count(number)}{more} {singular_or_plural(number, one, several)}"
    return f"{count(whole)} and a half {several}" if whole.strip("0") else f"half a {one}"


def _per(match: re.Match[str]) -> str:
    return f" {_named(PER, match['unit'])}"


def _named[T](units: dict[str, T], written: str) -> T:
    return next(name for pattern, name in units.items() if re.fullmatch(pattern, written, re.IGNORECASE))


RULES = (
    rule(rf"(?<=[A-Za-z.])\s?/\s?(?={NUMBER}\s?(?:{UNIT})\b)", ", ", re.IGNORECASE),
    rule(
        rf"(?<![\w.,$])(?P<number>{NUMBER})(?P<plus>\+?)\s?(?P<hyphen>-?)(?P<unit>{UNIT})\b{ENDS_NO_SENTENCE}",
        _unit,
        re.IGNORECASE,
    ),
    rule(rf"(?<=\w)\s?/\s?(?P<unit>{'|'.join(PER)})\b{ENDS_NO_SENTENCE}", _per, re.IGNORECASE),
    rule(
        r"(?<![\w.,])(?P<number>[0-9]{1,4})(?:st|nd|rd|th)\b",
        lambda match: ordinal(int(match["number"])),
        re.IGNORECASE,
    ),
    rule(
        rf"{ALONE}(?P<year>1[89][0-9]{{2}}|20[0-9]{{2}})(?![\w/-]|[.,][0-9]){NOT_COUNTED}",
        lambda match: year(match["year"]),
        re.IGNORECASE,
    ),
)
