"""Check whether a model's words were the opening: in place of a recording, its transcript is the only evidence.

The rule: the disclosure stands in it word for word and in one piece, and of the whole opening no more than one word in
ten is missing. Spelling does not count: case, dots, hyphens and apostrophes, nor "nine" for "9". A price or a street in
the rest may be written as it was pronounced ("four twelve Oak Street"); the disclosure holds neither.
"""

import re
from collections import Counter

MISSING = 0.1  # of the opening's words, at most
NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
DIGITS = {name: str(digit) for digit, name in enumerate(NAMES)}


def has_opening(said: str, *, opening: str, disclosure: str) -> bool:
    """Whether the opening was said. `disclosure` is the part of it no caller may miss."""
    heard, wanted = _words(said), _words(opening)
    missing = (Counter(wanted) - Counter(heard)).total()
    return _contains(heard, _words(disclosure)) and missing <= MISSING * len(wanted)


def _contains(words: list[str], part: list[str]) -> bool:
    return any(words[at : at + len(part)] == part for at in range(len(words) + 1))


def _words(text: str) -> list[str]:
    plain = re.sub(r"['’.]", "", text.casefold())
    return [DIGITS.get(word, word) for word in re.findall(r"\w+", plain)]
