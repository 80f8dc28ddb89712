"""Define what a normalization rule is, and the patterns several of them share."""

import re
from collections.abc import Callable

type Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]

NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
ALONE = r"(?<![\w$.,/#-])"  # no part of a longer number or word stands before
ENDS_NO_SENTENCE = r"(?:\.(?=,|\s[a-z0-9#]|\s(?:Apt|Unit|Ste|Suite)\b))?"  # the dot of an abbreviation


def rule(pattern: str, words: Callable[[re.Match[str]], str] | str, flags: re.RegexFlag = re.NOFLAG) -> Rule:
    """Make a rule: what matches the pattern is said in these words."""
    return re.compile(pattern, flags), words if callable(words) else lambda _: words


def word_list(text: str) -> tuple[str, ...]:
    """Return the words of a text, to write lists of words in one line."""
    return tuple(text.split())


def singular_or_plural(number: str, singular: str, plural: str) -> str:
    """Return the form that fits the number."""
    return singular if number.lstrip("0") == "1" else plural
