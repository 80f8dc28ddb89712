"""Speech marks: when each sentence, word and named place is spoken, and where in the text's bytes it stands. Pure."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.polly.ssml import Mark, Part, Span, Spoken

KINDS = ("sentence", "ssml", "word")
"""Those the sandbox knows; visemes need the phonemes its voice does not tell."""
_PATTERNS = {"sentence": r"[^.!?\s](?:[^.!?]*[^.!?\s])?[.!?]*", "word": r"[\w'’-]+"}


@dataclass(frozen=True)
class Timed:
    """A part and when it begins and ends, in seconds."""

    part: Part
    begin: float
    end: float


def speech_marks(timed: Sequence[Timed], kinds: Sequence[str]) -> bytes:
    """A line of JSON for each mark. ``start`` and ``end`` count bytes of the request's text, tags included.

    The time of a word is an estimate by its share of the letters; order and places are exact.
    """
    text, spans, times = _letters(timed)
    marks = [
        _mark(at, kind, (spans[match.start()][0], spans[match.end() - 1][1]), match[0])
        for kind in kinds
        if kind in _PATTERNS
        for match in re.finditer(_PATTERNS[kind], text)
        for at in [times[match.start()]]
    ]
    if "ssml" in kinds:
        marks += [_mark(one.begin, "ssml", one.part.span, one.part.name) for one in timed if isinstance(one.part, Mark)]
    marks.sort(key=lambda mark: (mark["time"], KINDS.index(mark["type"])))
    return "".join(json.dumps(mark, separators=(",", ":"), ensure_ascii=False) + "\n" for mark in marks).encode()


def _mark(seconds: float, kind: str, span: Span, value: str) -> dict[str, Any]:
    return {"time": round(seconds * 1000), "type": kind, "start": span[0], "end": span[1], "value": value}


def _letters(timed: Sequence[Timed]) -> tuple[str, list[Span], list[float]]:
    """All letters with their bytes and times; parts are apart, so that no two words run into each other."""
    text, spans, times = "", list[Span](), list[float]()
    for letter, span, at in _each(timed):
        text += letter
        spans.append(span)
        times.append(at)
    return text, spans, times


def _each(timed: Sequence[Timed]) -> Iterator[tuple[str, Span, float]]:
    for one in timed:
        if not isinstance(one.part, Spoken):
            continue
        step = (one.end - one.begin) / max(1, len(one.part.text))
        for at, (letter, span) in enumerate(zip(one.part.text, one.part.spans, strict=True)):
            yield letter, span, one.begin + at * step
        yield " ", (one.part.spans[-1][1],) * 2 if one.part.spans else (0, 0), one.end
