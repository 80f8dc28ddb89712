"""Cuts an answer for sending: into sentences, words with their times, and pieces of audio. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sandbox.audio import Pcm

PIECE_MS = 200
GAP_MS = 160
ARGUMENT_PIECE = 16
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[A-Z0-9\"'(¿¡])")
_ABBREVIATION = re.compile(r"(?:^|\s)(?:Mr|Mrs|Ms|Dr|St|Ave|Rd|No|[A-Z])\.$")


def sentences(text: str) -> list[str]:
    """Splits text into sentences, so that the first can be sent while the next is synthesized."""
    found: list[str] = []
    for piece in _SENTENCE_END.split(text.strip()):
        if found and _ABBREVIATION.search(found[-1]):
            found[-1] += f" {piece}"
        elif piece:
            found.append(piece)
    return found


def word_ends(sentence: str, ms: int) -> list[tuple[str, int]]:
    """Each word with the ms at which it ends, by its share of the letters."""
    words = sentence.split()
    letters = np.cumsum([len(word) + 1 for word in words])
    return [(word, round(ms * int(end) / int(letters[-1]))) for word, end in zip(words, letters, strict=True)]


@dataclass(frozen=True)
class Piece:
    """A stretch of speech with the words that end in it; times in ms of the whole message."""

    words: tuple[tuple[str, int], ...]
    pcm: Pcm
    begin_ms: int


def pieces(sentence: str, pcm: Pcm, *, rate: int, begin_ms: int) -> Iterator[Piece]:
    """A sentence spoken at ``rate`` and the short pause after it, in pieces of 200 ms.

    A word's text goes out with the piece it begins in, ahead of its sound as the service sends it.
    """
    spoken_ms = len(pcm) * 1000 // rate
    padded = np.concatenate([pcm, np.zeros(GAP_MS * rate // 1000, np.int16)])
    timed = [(word, begin_ms + end) for word, end in word_ends(sentence, spoken_ms)]
    starts = [begin_ms, *(end for _, end in timed)]
    step = PIECE_MS * rate // 1000
    for at in range(0, len(padded), step):
        begin = begin_ms + at * 1000 // rate
        end = begin + PIECE_MS
        beginning = [word for word, start in zip(timed, starts, strict=False) if begin <= start < end]
        yield Piece(tuple(beginning), padded[at : at + step], begin)
