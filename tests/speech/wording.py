"""What counts as the same words, however they are written: figures or words for numbers, capitals, punctuation."""

import re

import jiwer

from sandbox.language.numbers import in_words

_FIGURE = re.compile(r"\$?\d[\d,]*(?:\.\d+)?%?(?:st|nd|rd|th)?")
_SAME = {r"\bok\b": "okay", r"\b([ap])\.m\.?": r"\1m", r"\bmr\.": "mister", r"\bdr\.": "doctor"}
_SPELLED = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
_ORDINALS = _SPELLED.split()


def worded(text: str) -> str:
    """Small letters, numbers in words, no punctuation but the apostrophe."""
    spoken = text.lower()
    for pattern, word in _SAME.items():
        spoken = re.sub(pattern, word, spoken)
    letters = re.sub(r"[^a-z' ]", " ", _FIGURE.sub(_in_words, spoken))
    return re.sub(r"\b(hundred|thousand) and\b", r"\1", " ".join(letters.split()))


def _in_words(found: re.Match[str]) -> str:
    figure = found[0].strip("$%")
    whole, _, fraction = figure.rstrip("stndrh").replace(",", "").partition(".")
    words = _ordinal(int(whole)) if figure[-1].isalpha() else _number(int(whole), grouped="," in figure)
    words += " point " + " ".join(map(in_words, map(int, fraction))) if fraction else ""
    return f" {words} " + ("dollars " if found[0][0] == "$" else "") + ("percent " if found[0][-1] == "%" else "")


def _ordinal(number: int) -> str:
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    tens, ones = divmod(number, 10)
    return f"{in_words(tens * 10)} {_ORDINALS[ones - 1]}" if ones else f"{in_words(number)}th"


def _number(number: int, *, grouped: bool) -> str:
    """A figure of four digits without a comma is a year, said in two halves."""
    if 1100 <= number < 2000 and not grouped:
        return f"{in_words(number // 100)} {in_words(number % 100)}"
    return in_words(number)


def word_errors(said: list[str], understood: list[str]) -> float:
    """The share of words wrong over all sentences, as jiwer counts: substitutions, deletions, insertions."""
    return float(jiwer.wer([worded(text) for text in said], [worded(text) for text in understood]))
