"""Shorten and clean texts for lists, prompts, whispers and columns. Pure."""

import math
from typing import Any

LINE = 300  # characters of one value within a line, unless told otherwise
_JOINERS = "\u200c\u200d"  # unseen as well, but some scripts are misspelled without them
_DEEPEST = 40  # levels of a JSON value
_LARGEST = 10**18  # from here on a whole number has no column


def truncate(text: str, length: int, *, whole_words: bool = False, ellipsis: str = "…") -> str:
    """Return `text` in at most `length` characters, ended by `ellipsis` where something was left out.

    `whole_words` ends it at a space, for texts that are read to somebody.
    """
    if len(text) <= length:
        return text
    kept = text[: length - len(ellipsis)]
    return f"{kept.rsplit(' ', 1)[0] if whole_words else kept.rstrip()}{ellipsis}"


def one_line(text: str, length: int = LINE, *, ellipsis: str = "…") -> str:
    """Return `text` on one line of at most `length` characters, without control, direction and other unseen characters.

    Whoever writes a value can then add no line to a prompt, turn no page around, and hide nothing in it.
    """
    beginning = text[: 4 * length]
    if not beginning.isprintable():
        beginning = "".join(map(_seen, beginning))
    return truncate(" ".join(beginning.split()), length, ellipsis=ellipsis)


def storable(value: Any, *, deepest: int = _DEEPEST) -> Any:
    """Return a JSON value as every database stores it, and gives it back.

    NUL and lone surrogates are left out of texts. A number that is not finite, or larger than any column, becomes the
    text of it, which no check takes for a number; what is nested deeper than `deepest` becomes an ellipsis.
    """
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < _LARGEST else f"{value:.3e}" if abs(value) < 10**300 else "inf"
    if not isinstance(value, dict | list | tuple):
        return value
    if not deepest:
        return "…"
    if isinstance(value, dict):
        return {storable(str(name)): storable(each, deepest=deepest - 1) for name, each in value.items()}
    return [storable(each, deepest=deepest - 1) for each in value]


def depth_of(value: Any, *, at_most: int) -> int:
    """Return how many lists and objects are nested in a JSON value, counting no further than `at_most`."""
    if not isinstance(value, dict | list) or not at_most:
        return 0
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max((depth_of(each, at_most=at_most - 1) for each in inner), default=0)


def _seen(letter: str) -> str:
    if letter.isprintable() or letter in _JOINERS:
        return letter
    return " " if letter.isspace() else ""
