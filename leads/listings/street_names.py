"""Street suffixes and their abbreviations (USPS Publication 28): what is a street's kind, and what is its name.

One table for comparing addresses, for finding them in recognized speech, and for reading them aloud. Pure.
"""

ABBREVIATIONS = {
    "avenue": "ave",
    "boulevard": "blvd",
    "circle": "cir",
    "court": "ct",
    "cove": "cv",
    "drive": "dr",
    "highway": "hwy",
    "lane": "ln",
    "parkway": "pkwy",
    "place": "pl",
    "road": "rd",
    "street": "st",
    "terrace": "ter",
    "trail": "trl",
}
NOT_ABBREVIATED = ("way", "loop", "square", "run", "pass", "bend", "path", "row", "alley")
LANDMARKS = ("highway", "hwy", "parkway", "pkwy")  # "450 near the highway" is a price, no house number
_HEARD = frozenset({*ABBREVIATIONS, *ABBREVIATIONS.values(), "way"} - {*LANDMARKS})


def is_street_suffix(word: str) -> bool:
    """Whether this word of a caller, in lower case, says that a street is meant.

    Suffixes that are everyday words ("run", "pass") or landmarks say too little by themselves.
    """
    return word in _HEARD


def without_variants(words: str) -> str:
    """An address in lower case with every suffix abbreviated, so that two ways of writing it are equal."""
    return " ".join(ABBREVIATIONS.get(word, word) for word in words.split())
