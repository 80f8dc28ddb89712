"""Parses the part of SSML the sandbox speaks: text, paragraphs, breaks; prosody and emphasis are read as plain text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sandbox.markup import End, NotWellFormed, Start, Text, events

# https://docs.aws.amazon.com/polly/latest/dg/break-tag.html: the default and the strengths, in seconds.
BREAKS = {"none": 0.0, "x-weak": 0.0, "weak": 0.1, "medium": 0.25, "strong": 0.5, "x-strong": 1.0}
LONGEST_BREAK = 10.0
KNOWN = frozenset(
    {
        "speak", "break", "emphasis", "lang", "mark", "p", "phoneme", "prosody", "s", "say-as", "sub", "w",
        "amazon:auto-breaths", "amazon:breath", "amazon:domain", "amazon:effect",
    }
)  # fmt: skip
NEWSCASTERS = ("Matthew", "Joanna", "Lupe", "Amy")
# The engines that refuse what they cannot do; a generative voice leaves it out.
_STRICT_ENGINES = ("neural", "long-form")

type Span = tuple[int, int]


class BadSsml(ValueError):
    """Not well formed, an unknown tag, or one the voice's engine cannot do."""


@dataclass(frozen=True)
class Spoken:
    """Words, and for each letter the bytes of the document it is written in."""

    text: str
    spans: tuple[Span, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class Pause:
    seconds: float


@dataclass(frozen=True)
class Mark:
    """A place with a name; ``span`` is that of its tag."""

    name: str
    span: Span = field(default=(0, 0), compare=False)


type Part = Spoken | Pause | Mark


def plain(text: str) -> Spoken:
    """Text without tags, with the bytes its letters take."""
    spans, at = [], 0
    for letter in text:
        size = len(letter.encode())
        spans.append((at, at + size))
        at += size
    return Spoken(text, tuple(spans))


def parse_ssml(document: str, *, engine: str = "standard", voice: str = "") -> tuple[Part, ...]:
    """What to say and where to pause, in order. Raises BadSsml."""
    if "<!" in document:
        raise BadSsml("declarations are not allowed")
    try:
        found = events(document.encode(), encoding="utf-8")
    except (NotWellFormed, UnicodeEncodeError) as error:
        raise BadSsml(str(error)) from error
    if not isinstance(found[0], Start) or found[0].name != "speak":
        raise BadSsml("the outermost element must be speak")
    for event in found:
        if isinstance(event, Start):
            _check(event, engine, voice)
    return tuple(part for part in _parts(found) if part not in (Spoken(""), Pause(0.0)))


def billed_characters(parts: tuple[Part, ...]) -> int:
    """Tags are not billed, text is."""
    return sum(len(part.text) for part in parts if isinstance(part, Spoken))


def _check(tag: Start, engine: str, voice: str) -> None:
    if tag.name not in KNOWN:
        raise BadSsml(f"unknown tag {tag.name}")
    if engine in _STRICT_ENGINES and _only_standard(tag):
        raise BadSsml(f"Unsupported {engine.capitalize()} feature: {tag.name}")
    if tag.name == "amazon:domain" and (engine != "neural" or (voice and voice not in NEWSCASTERS)):
        raise BadSsml("amazon:domain is for some neural voices only")


def _only_standard(tag: Start) -> bool:
    """What AWS's page "Supported SSML tags" gives to standard voices alone."""
    match tag.name:
        case "emphasis" | "amazon:auto-breaths" | "amazon:breath":
            return True
        case "prosody":
            return bool({"pitch", "amazon:max-duration"} & tag.attributes.keys())
        case "amazon:effect":
            return tag.attributes != {"name": "drc"}
    return False


def _parts(found: list[Start | End | Text]) -> Iterator[Part]:
    """Text up to the next pause, mark or substitute is one part, whatever tags are in it."""
    text, spans, silent = "", list[Span](), 0
    for event in found:
        if isinstance(event, Text):
            if not silent:
                text, spans = text + event.text, [*spans, *event.spans]
            continue
        if event.name in ("break", "mark", "sub", "p", "s"):
            yield _collapsed(text, spans)
            text, spans = "", []
        match event:
            case Start("break"):
                yield Pause(_break_seconds(event))
            case Start("mark"):
                yield Mark(event.attributes.get("name", ""), (event.at, event.end))
            case Start("sub"):
                silent += 1
                alias = " ".join(event.attributes.get("alias", "").split())
                yield Spoken(alias, ((event.at, event.end),) * len(alias))
            case End("sub"):
                silent -= 1
            case End("p" | "s"):
                yield Pause(BREAKS["strong" if event.name == "s" else "x-strong"])
    yield _collapsed(text, spans)


def _collapsed(text: str, spans: list[Span]) -> Spoken:
    """One blank for any white space between words, none around them."""
    letters: list[tuple[str, Span]] = []
    for letter, span in zip(text, spans, strict=True):
        if not letter.isspace():
            letters.append((letter, span))
        elif letters and letters[-1][0] != " ":
            letters.append((" ", span))
    if letters and letters[-1][0] == " ":
        letters.pop()
    return Spoken("".join(letter for letter, _ in letters), tuple(span for _, span in letters))


def _break_seconds(tag: Start) -> float:
    time = tag.attributes.get("time")
    if time is None:
        return BREAKS.get(tag.attributes.get("strength", "medium"), BREAKS["medium"])
    if not (match := re.fullmatch(r"\+?(\d+(?:\.\d+)?)(ms|s)", time)):
        raise BadSsml(f"break time {time}")
    seconds = float(match[1]) / (1000 if match[2] == "ms" else 1)
    return min(seconds, LONGEST_BREAK)
