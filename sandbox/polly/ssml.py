"""Parses the part of SSML the sandbox speaks: text, paragraphs, breaks; prosody and emphasis are read as plain text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

# https://docs.aws.amazon.com/polly/latest/dg/break-tag.html: the default and the strengths, in seconds.
BREAKS = {"none": 0.0, "x-weak": 0.0, "weak": 0.1, "medium": 0.25, "strong": 0.5, "x-strong": 1.0}
LONGEST_BREAK = 10.0
KNOWN = {"speak", "break", "emphasis", "lang", "mark", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"}


class BadSsml(ValueError):
    """Not well formed, or an unknown tag."""


@dataclass(frozen=True)
class Spoken:
    text: str


@dataclass(frozen=True)
class Pause:
    seconds: float


def parse_ssml(document: str) -> tuple[Spoken | Pause, ...]:
    """What to say and where to pause, in order. Raises BadSsml."""
    if "<!" in document:
        raise BadSsml("declarations are not allowed")
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - no declarations, so no entities
    except ElementTree.ParseError as error:
        raise BadSsml(str(error)) from error
    if _name(root) != "speak":
        raise BadSsml("the outermost element must be speak")
    return tuple(part for part in _parts(root) if part != Spoken("") and part != Pause(0.0))


def billed_characters(parts: tuple[Spoken | Pause, ...]) -> int:
    """Tags are not billed, text is."""
    return sum(len(part.text) for part in parts if isinstance(part, Spoken))


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2].removeprefix("amazon:")


def _parts(element: ElementTree.Element) -> Iterator[Spoken | Pause]:
    name = _name(element)
    if name not in KNOWN and "amazon" not in element.tag:
        raise BadSsml(f"unknown tag {name}")
    if name == "break":
        yield Pause(_break_seconds(element))
    yield Spoken(_text(element.get("alias") if name == "sub" else element.text))
    for child in element:
        yield from _parts(child)
        yield Spoken(_text(child.tail))
    if name in {"p", "s"}:
        yield Pause(BREAKS["strong" if name == "s" else "x-strong"])


def _text(text: str | None) -> str:
    return " ".join((text or "").split())


def _break_seconds(element: ElementTree.Element) -> float:
    time = element.get("time")
    if time is None:
        return BREAKS.get(element.get("strength", "medium"), BREAKS["medium"])
    if not (match := re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s)", time)):
        raise BadSsml(f"break time {time}")
    seconds = float(match[1]) / (1000 if match[2] == "ms" else 1)
    return min(seconds, LONGEST_BREAK)
