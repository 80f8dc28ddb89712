"""Split streamed text into sentences as soon as they are complete, so that the first is spoken early. Pure."""

import re

from calls.speech.normalization import readable

SHORTEST = 18  # characters: "Sure." alone would be over before the next sentence is rendered
LONGEST = 280  # a longer one is cut at a comma, else at a space
LONGEST_FIRST = 60  # somebody waits for the first one, so it is cut at a comma sooner
_ENDS, _CLOSES = ".!?…", "\"'”’)"
_WORD = re.compile(r"[^\W_]")  # dots or a smile alone are no sentence
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:mr|mrs|ms|dr|st|ave|blvd|rd|ln|ct|hwy|apt|no|approx|sq|ft|co|vs|jr|sr|inc|llc|e\.g|i\.e|a\.m|p\.m|u\.s"
    r"|[a-z])\.$",
    re.IGNORECASE,
)
_LONGEST_ABBREVIATION = 10  # characters, with what stands before it


class SentenceSplitter:
    """Splits a stream: `feed` takes pieces of text and returns complete sentences, `flush` returns the rest.

    Sentences are readable: what is markup or cannot be said is left out of them, and so of the transcript.
    `awaited` is true if a caller waits for the first one, which is then cut sooner.
    """

    def __init__(self, *, awaited: bool = True) -> None:
        self._text = ""
        self._first = awaited

    def feed(self, piece: str) -> list[str]:
        """Return the sentences this piece completes. A boundary counts once the character after it has arrived.

        Where a text is cut does not depend on the pieces it arrives in, so the same text gives the same clips.
        """
        whole = []
        for character in piece:
            self._text += character  # never more than `LONGEST` and this one
            if (cut := _boundary(self._text, early=self._first)) is not None:
                whole.append(readable(self._text[:cut]))
                self._text = self._text[cut:].lstrip()
                self._first = False
        return [sentence for sentence in whole if _WORD.search(sentence)]

    def flush(self) -> str:
        """Return the text not yet returned."""
        rest, self._text = readable(self._text), ""
        return rest if _WORD.search(rest) else ""


def split_sentences(text: str) -> list[str]:
    """Split a complete text into sentences."""
    cutter = SentenceSplitter(awaited=False)
    whole = [*cutter.feed(text), cutter.flush()]
    return [sentence for sentence in whole if sentence]


def _boundary(text: str, *, early: bool) -> int | None:
    """Where the last character makes a boundary certain; it looks at nothing that an earlier one has settled."""
    if text[-1].isspace() and (end := _end_of_sentence(text)) is not None:
        return end
    if early and len(text) == LONGEST_FIRST + 1 and (comma := text.rfind(", ", SHORTEST, LONGEST_FIRST)) > 0:
        return comma + 1
    if len(text) <= LONGEST:
        return None
    comma = text.rfind(", ", SHORTEST, LONGEST)
    space = text.rfind(" ", SHORTEST, LONGEST)
    return comma + 1 if comma > 0 else max(space, SHORTEST)


def _end_of_sentence(text: str) -> int | None:
    """Where a sentence ends before the space that has just come, or with the line break it is."""
    if text[:-1].rstrip(_CLOSES)[-1:] in tuple(_ENDS) and _ends_at(text, len(text) - 1):
        return len(text) - 1
    return len(text) if text[-1] == "\n" and _ends_at(text, len(text)) else None


def _ends_at(text: str, end: int) -> bool:
    last = len(text[:end].rstrip())
    return end >= SHORTEST and not _ABBREVIATION.search(text, max(0, last - _LONGEST_ABBREVIATION), last)
