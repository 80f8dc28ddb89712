"""Rules for typographic signs, number ranges, the digits no other rule has taken, and whatever has no words."""

import re

from calls.speech.normalization.numerals import count, digit_by_digit, plural
from calls.speech.normalization.patterns import NUMBER, rule
from leads.number_words import cardinal

# as written: (said alone, said after a whole number)
RARE_FRACTIONS = {
    "⅕": ("one fifth", "a fifth"),
    "⅖": ("two fifths", "two fifths"),
    "⅗": ("three fifths", "three fifths"),
    "⅘": ("four fifths", "four fifths"),
    "⅙": ("one sixth", "a sixth"),
    "⅚": ("five sixths", "five sixths"),
    "⅛": ("one eighth", "an eighth"),
    "⅜": ("three eighths", "three eighths"),
    "⅝": ("five eighths", "five eighths"),
    "⅞": ("seven eighths", "seven eighths"),
}
_NO_WORDS = r"[^\w\s\u0300-\u036f.,?!'’\"“”‘:;()–—…-]|_"


def _number(match: re.Match[str]) -> str:
    """Say a plain number, apart from letters right beside it: 4B is "four B"."""
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    return f"{' ' if before.isalpha() else ''}{count(match[0])}{' ' if after.isalpha() else ''}"


def _rare_fraction(match: re.Match[str]) -> str:
    alone, after_whole = RARE_FRACTIONS[match["part"]]
    whole = match["whole"]
    return f"{cardinal(int(whole))} and {after_whole}" if whole else alone


FRACTION_SIGNS = (
    rule(rf"(?:(?P<whole>[0-9]{{1,4}})[ -]?)?(?P<part>[{''.join(RARE_FRACTIONS)}])", _rare_fraction),
    rule(r"(?<=[0-9])(?=[½⅓⅔¼¾])", " "),
    *(rule(sign, written) for sign, written in zip("½⅓⅔¼¾", ("1/2", "1/3", "2/3", "1/4", "3/4"), strict=True)),
    rule(r"\b24/7(?:/365)?\b", "twenty-four seven"),
    rule(
        r"(?<![\w$.,/#-])(?<![0-9]\s)[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})*\.000|(?:\s[0-9]{3})+\s000)(?!\s?[0-9]|[.,-][0-9])",
        lambda match: re.sub(r"[.\s]", ",", match[0]),  # as numbers are written elsewhere
    ),
)
RANGES = (
    rule(r"(?<=[0-9])\s?[-–—]\s?(?=[0-9])", " to "),
    rule(r"(?<=[0-9])(?P<mark>['’′\"″]?)\s?[x×]\s?(?=[0-9])", lambda match: f"{match['mark']} by "),
    rule(r"(?<![\w)])[-–](?=\.?[0-9])", "minus "),
    rule(r"(?<!\w)\+(?=[0-9])", "plus "),
    rule(r"(?<=[0-9]):(?=[0-9](?![0-9]))", " to "),
)
RULES = (
    rule(r"(?<=[0-9])\+", " or more"),
    rule(r"(?<=dollars)\+|(?<=thousand)\+", " or more"),
    rule(r"(?<!\w)\.(?P<part>[0-9]+)", lambda match: f"point {digit_by_digit(match['part'])}"),
    rule(rf"\b(?P<number>{NUMBER})['’]?s\b", lambda match: plural(count(match["number"]))),
    rule(r"(?<=[0-9])/(?=[0-9])", " "),
    rule(NUMBER, _number),
    rule(r"(?<=[a-z])\s?%", " percent"),
    rule(r"(?<=[A-Za-z])\+(?!\w)", " plus"),
    rule(r"(?<=\w)²", " squared"),
    rule(r"(?<=\w)³", " cubed"),
    rule(r"§\s?", "section "),
    rule(r"\s?≠\s?", " is not "),
    rule(r"\s?&\s?", " and "),
    rule(r"\band/or\b", "and or"),
    rule(r"\bw/o\b", "without"),
    rule(r"\b[Ww]/d\b|\bW/D\b", "washer and dryer"),
    rule(r"\b[Aa]/[Cc]\b", "A C"),
    rule(r"\b[Nn]/[Aa]\b", "not available"),
    rule(r"\bw/\s?(?=\w)", "with "),
    rule(r"(?<=[a-z])/(?=[A-Za-z])", ", "),
    rule(r"(?<=\s)@(?=\s)|(?<=\w)@(?=\w)|(?<!\w)@\s?(?=\w)", " at "),
    rule(r"[~≈]\s?(?=\w)", "about "),
    rule(r"\s?(?:<=|≤)\s?(?=\w)", " at most "),
    rule(r"\s?(?:>=|≥)\s?(?=\w)", " at least "),
    rule(r"(?<![-=<])<\s?(?=\w)", " less than "),
    rule(
        r"(?<![-=>])>\s?(?=(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|[a-z]+teen|[a-z]+ty|half)\b)",
        " more than ",
    ),
    rule(r"\s?±\s?", " plus or minus "),
    rule(r"(?<=\w)\s?=\s?(?=\w)", " equals "),
    rule(r"(?<=\w)\s?\+\s?(?=\w)", " plus "),
    rule(r"(?<=\w)\s?×\s?(?=\w)", " times "),
    rule(r"(?<=\w)\s?÷\s?(?=\w)", " divided by "),
    rule(r"\s?°", " degrees"),
    rule(r"(?<=\w)\s?[|•·]\s?(?=\w)", ", "),
    rule(r"\bapprox\b\.?", "approximately"),
    rule(r"\bvs\b\.?(?=\s)", "versus"),
)
WITHOUT_WORDS = (
    rule(rf"(?:{_NO_WORDS})+|[\t\n]", " "),
    rule(r"\(\s?\)|\"\s?\"|“\s?”", " "),
    rule(r"\s{2,}", " "),
    rule(r"\s(?=[.,?!;:](?:\s|$))|^\s|\s$", ""),
)
