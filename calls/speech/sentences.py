"""Streamed text cut into sentences as soon as they are whole, so that the first can be spoken early. Pure."""

import re

SHORTEST = 18  # characters: "Sure." alone would be over before the next sentence is rendered
LONGEST = 280  # a longer one is cut at a comma, else at a space
LONGEST_FIRST = 60  # somebody waits for the first one, so it is cut at a comma sooner
_END = re.compile(r"(?:[.!?…]+[\"'”’)]*(?=\s)|\n)")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:mr|mrs|ms|dr|st|ave|blvd|rd|ln|ct|hwy|apt|no|approx|sq|ft|co|vs|jr|sr|inc|llc|e\.g|i\.e|a\.m|p\.m|u\.s"
    r"|[a-z])\.$",
    re.IGNORECASE,
)


class SentenceSplitter:
    """`feed` pieces of text, get whole sentences back; `flush` gives what is left.

    `awaited`: somebody waits for the first one.
    """

    def __init__(self, *, awaited: bool = True) -> None:
        self._text = ""
        self._first = awaited

    def feed(self, piece: str) -> list[str]:
        """The sentences this piece completes. A boundary counts once the character after it is there.

        Where a text is cut does not depend on the pieces it comes in, so the same text is the same clips.
        """
        whole = []
        for character in piece:
            self._text += character
            while (cut := _boundary(self._text, early=self._first)) is not None:
                whole.append(without_markup(self._text[:cut]))
                self._text = self._text[cut:].lstrip()
                self._first = False
        return [sentence for sentence in whole if sentence]

    def flush(self) -> str:
        """What has not been given back yet."""
        rest, self._text = without_markup(self._text), ""
        return rest


def split_sentences(text: str) -> list[str]:
    """The sentences of a text that is there as a whole."""
    cutter = SentenceSplitter(awaited=False)
    whole = [*cutter.feed(text), cutter.flush()]
    return [sentence for sentence in whole if sentence]


def without_markup(text: str) -> str:
    """Spoken text on one line, without the marks of a written page (asterisks, hashes, bullets)."""
    return " ".join(re.sub(r"[*#`_]+|^\s*[-•]\s+", " ", text, flags=re.MULTILINE).split())


def _boundary(text: str, *, early: bool) -> int | None:
    for match in _END.finditer(text):
        if match.end() >= SHORTEST and not _ABBREVIATION.search(text[: match.end()].rstrip()):
            return match.end()
    if early and len(text) > LONGEST_FIRST and (comma := text.rfind(", ", SHORTEST, LONGEST_FIRST)) > 0:
        return comma + 1
    if len(text) <= LONGEST:
        return None
    comma = text.rfind(", ", SHORTEST, LONGEST)
    space = text.rfind(" ", SHORTEST, LONGEST)
    return comma + 1 if comma > 0 else max(space, SHORTEST)
