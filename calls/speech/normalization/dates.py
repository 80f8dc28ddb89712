"""Rules for dates, times of day and fractions."""

import re

from calls.speech.normalization.numerals import digit_by_digit, plural, year
from calls.speech.normalization.patterns import rule, word_list
from leads.number_words import ONES, cardinal, ordinal

MONTHS = word_list("January February March April May June July August September October November December")
WEEKDAYS = word_list("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
# written: (said alone, said after a whole number)
FRACTIONS = {
    "1/2": ("one half", "a half"),
    "1/3": ("one third", "a third"),
    "2/3": ("two thirds", "two thirds"),
    "1/4": ("one quarter", "a quarter"),
    "3/4": ("three quarters", "three quarters"),
}
_SHORT_DAY = r"(?:Mon|Tues?|Wed|Thur?s?|Fri|Sat|Sun)"
_MONTH = "|".join([*MONTHS, *(month[:3] for month in MONTHS), "Sept"])
_FULL_DAY = "|".join(WEEKDAYS)
_DAY_OF_MONTH = r"(?:0?[1-9]|[12][0-9]|3[01])"
_IS_A_DATE = re.compile(rf"(?:day|\b(?:on|by|from|until|due|{_SHORT_DAY})),?\s$")
DENOMINATORS = {
    "2": "half",
    "3": "third",
    "4": "quarter",
    "5": "fifth",
    "6": "sixth",
    "8": "eighth",
    "10": "tenth",
    "16": "sixteenth",
}
_MEASURED = r"(?:-|\s)?(?:inch(?:es)?|acres?|miles?|cups?|mi|ac|bath|of\san?)\b|\""


def _date(match: re.Match[str]) -> str:
    return _day(int(match["month"]), match["day"], match["year"])


def _named(match: re.Match[str]) -> str:
    return _day(MONTHS.index(_month(match)) + 1, match["day"], match.groupdict().get("year"))


def _day(month: int, day: str, in_year: str | None) -> str:
    after = f", {year(in_year if len(in_year) == 4 else f'20{in_year}')}" if in_year else ""
    return f"{MONTHS[month - 1]} {ordinal(int(day))}{after}"


def _weekday(match: re.Match[str]) -> str:
    return next(day for day in WEEKDAYS if day.startswith(match["day"][:3]))


def _fraction(match: re.Match[str]) -> str:
    """Say 1/2 as a half, unless "on 1/2" makes it a date."""
    if _IS_A_DATE.search(match.string[: match.start()]):
        return match[0]
    alone, after_whole = FRACTIONS[match["part"]]
    return f"{cardinal(int(match['whole']))} and {after_whole}" if match["whole"] else alone


def _eighths(match: re.Match[str]) -> str:
    """Say a fraction no day of a year is written as, or that stands after a whole number or before a measure."""
    number, name = int(match["number"]), DENOMINATORS[match["of"]]
    names = name if number == 1 else "halves" if name == "half" else f"{name}s"
    words = f"{'a' if match['whole'] and number == 1 else cardinal(number)} {names}"
    words = words.replace("a eighth", "an eighth")
    return f"{cardinal(int(match['whole']))} and {words}" if match["whole"] else words


def _month(match: re.Match[str]) -> str:
    return next(name for name in MONTHS if name.startswith(match["month"][:3]))


def _month_of_year(match: re.Match[str]) -> str:
    return f"{MONTHS[int(match['month']) - 1]} {year(match['year'])}"


def _span_of_days(match: re.Match[str]) -> str:
    return f"{_named(match)} to {ordinal(int(match['last']))}"


def _time(match: re.Match[str]) -> str:
    hour, minutes = cardinal(int(match["hour"])), match["minutes"] or "00"
    clock = hour if minutes == "00" else f"{hour} {_minutes(minutes)}"
    return f"{clock} {match['half'].upper()}.M."


def _time_of_day(match: re.Match[str]) -> str:
    hour, minutes, seconds = int(match["hour"]), match["minutes"], match["seconds"]
    if seconds and seconds.strip("0"):
        return f"{cardinal(hour)} {_minutes(minutes)} and {cardinal(int(seconds))} seconds"
    if minutes == "00":
        return f"{cardinal(hour)} hundred" if hour > 12 else f"{cardinal(hour)} o'clock"
    return f"{cardinal(hour)} {_minutes(minutes)}"


def _minutes(digits: str) -> str:
    return f"oh {digit_by_digit(digits[1])}" if digits[0] == "0" else cardinal(int(digits))


DAYS = (
    rule(rf"\b(?P<day>{_SHORT_DAY})\b\.?(?=,?\s(?:[0-9]|at\s[0-9]|(?:{_MONTH})\b))", _weekday),
    rule(rf"\b(?P<day>{_SHORT_DAY})\b\.?(?=\s?[-–—]\s?(?:{_SHORT_DAY}|{_FULL_DAY})\b)", _weekday),
    rule(
        rf"\b(?P<first>{_FULL_DAY}|{_MONTH})\s?[-–—]\s?(?P<day>{_SHORT_DAY})\b\.?",
        lambda match: f"{match['first']} to {_weekday(match)}",
    ),
    rule(rf"\b(?P<first>{_FULL_DAY})\s?[-–—]\s?(?=(?:{_FULL_DAY})\b)", lambda match: f"{match['first']} to "),
    rule(rf"\b(?P<month>{_MONTH})\b\.?\s?[-–—]\s?(?=(?:{_MONTH})\b)", lambda match: f"{_month(match)} to "),
    rule(r"\b(?P<year>[12][0-9]{3})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12][0-9]|3[01])\b", _date),
    rule(r"(?<![\w/.,$-])(?P<year>(?:19|20)[0-9]{2})-(?P<month>0[1-9]|1[0-2])(?![\w-])", _month_of_year),
    rule(r"(?<![\w/.,$-])(?P<month>0?[1-9]|1[0-2])/(?P<year>(?:19|20)[0-9]{2})(?![\w/-])", _month_of_year),
    rule(
        rf"(?<![\w/.,$-])(?P<month>0?[1-9]|1[0-2])(?P<mark>[-.])(?P<day>{_DAY_OF_MONTH})(?P=mark)"
        r"(?P<year>(?:19|20)[0-9]{2})(?![\w/-])",
        _date,
    ),
    rule(rf"(?<![\w/])(?:(?P<whole>[0-9]{{1,4}})[ -])?(?P<part>{'|'.join(FRACTIONS)})(?![\w/])", _fraction),
    rule(
        rf"(?<![\w/.,$])(?P<whole>[0-9]{{1,3}})[ -](?P<number>[1-9][0-9]?)/(?P<of>{'|'.join(DENOMINATORS)})(?![\w/])",
        _eighths,
    ),
    rule(
        rf"(?<![\w/.,$])(?P<whole>)(?P<number>[1-9][0-9]?)/(?P<of>{'|'.join(DENOMINATORS)})(?={_MEASURED})",
        _eighths,
    ),
    rule(
        r"\b(?P<article>[Aa]|[Tt]he)\s(?P<beds>[1-9])/(?P<baths>[1-9])(?![\w/])",  # "a 3/2": bedrooms and baths
        lambda match: f"{match['article']} {cardinal(int(match['beds']))} {cardinal(int(match['baths']))}",
    ),
    rule(
        r"(?<![\w/.,-])(?P<month>0?[1-9]|1[0-2])/(?P<day>0?[1-9]|[12][0-9]|3[01])"
        r"(?:/(?P<year>[0-9]{4}|[0-9]{2}))?(?![\w/])",
        _date,
    ),
    rule(
        rf"\b(?P<month>{_MONTH})\b\.?\s(?P<day>{_DAY_OF_MONTH})(?:st|nd|rd|th)?\s?[-–—]\s?"
        rf"(?P<last>{_DAY_OF_MONTH})(?:st|nd|rd|th)?\b(?![:.,]?[0-9])",
        _span_of_days,
    ),
    rule(
        rf"\b(?P<month>{_MONTH})\b\.?\s(?P<day>{_DAY_OF_MONTH})(?:st|nd|rd|th)?\b(?![:.,]?[0-9])"
        r"(?:,?\s(?P<year>(?:19|20)[0-9]{2})\b)?",
        _named,
    ),
    rule(
        rf"(?<![\w/.,$-])(?P<day>{_DAY_OF_MONTH})(?:st|nd|rd|th)?\s(?:of\s)?(?P<month>{_MONTH})\b\.?"
        r"(?:,?\s(?P<year>(?:19|20)[0-9]{2})\b)?",
        _named,
    ),
    rule(rf"\b(?P<month>{_MONTH})\b\.?(?=\s(?:19|20)[0-9]{{2}}\b)", _month),
    rule(r"\b(?P<decade>(?:18|19|20)[0-9]0)['’]?s\b", lambda match: plural(year(match["decade"]))),
)
CLOCK = (
    rule(
        r"(?<![\w:.,$])(?P<hour>1[0-2]|0?[1-9])(?::(?P<minutes>[0-5][0-9])(?::[0-5][0-9])?)?\s?"
        r"(?P<half>[AaPp])\.?\s?[Mm]\b\.?",
        _time,
    ),
    rule(rf"(?<=[AP]\.M\.)\s?[-–—]\s?(?=[0-9]|{'|'.join(ONES)})", " to "),
    rule(
        r"(?<![\w:.,$])(?P<hour>[01]?[0-9]|2[0-3]):(?P<minutes>[0-5][0-9])(?::(?P<seconds>[0-5][0-9])(?:\.[0-9]+)?)?"
        r"(?![\w:])",
        _time_of_day,
    ),
)
