"""Adds word errors to a recognition on purpose, to test an app with a worse recognizer than the sandbox has."""

import hashlib
import random
import re
from dataclasses import replace

from sandbox.speech.results import Recognition

# About one in four errors of telephone recognizers is a lost word, the others are wrong words.
_DROPPED = 0.25
# What a word becomes when nothing sounds like it.
_ANY = ("the", "uh", "and", "that", "so", "um", "it", "we", "then", "there")
# Words that small recognizers confuse on the telephone.
_ALIKE = {
    "two": "to", "four": "for", "eight": "ate", "three": "free", "five": "nine", "nine": "five", "six": "sick",
    "buy": "by", "sell": "cell", "bath": "path", "baths": "paths", "bedroom": "bathroom", "bedrooms": "bathrooms",
    "creek": "creak", "lane": "line", "street": "treat", "price": "prize", "lake": "late", "yes": "yet", "no": "now",
    "yeah": "yet", "house": "how", "home": "hum", "stop": "shop", "call": "fall", "calling": "falling",
    "fifteen": "fifty", "fifty": "fifteen", "thirty": "thirteen", "thirteen": "thirty", "hundred": "hunted",
    "thousand": "housing", "morning": "mourning", "afternoon": "after noon", "tomorrow": "to borrow",
    "agent": "ancient", "not": "", "don't": "do", "can't": "can",
}  # fmt: skip


def with_word_errors(heard: Recognition, *, share: float, seed: int) -> Recognition:
    """The recognition with a ``share`` of its words (0 to 1) replaced or lost, its confidence lowered by as much.

    The same seed makes the same errors in the same words, whenever they are said.
    """
    words = heard.text.split()
    if share <= 0 or not words:
        return heard
    dice = random.Random(hashlib.sha256(f"{seed}|{heard.text}".encode()).digest())
    taken = [_taken_for(word, dice) if dice.random() < share else word for word in words]
    wrong = sum(before != after for before, after in zip(words, taken, strict=True))
    confidence = max(0.0, heard.confidence * (1 - wrong / len(words)))
    return replace(heard, text=" ".join(word for word in taken if word), confidence=confidence)


def _taken_for(word: str, dice: random.Random) -> str:
    """Another word in its place, punctuation kept; "" when it is lost."""
    core = re.sub(r"[^\w']", "", word)
    if dice.random() < _DROPPED or not core:
        return ""
    other = _ALIKE.get(core.lower(), dice.choice([one for one in _ANY if one != core.lower()]))
    return word.replace(core, other.capitalize() if core[0].isupper() else other) if other else ""
