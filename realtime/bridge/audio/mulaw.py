"""Mu-law audio as it travels on both sockets: base64 text, 8,000 bytes a second, never decoded on the way.

G.711 mu-law at 8 kHz has one byte per sample, so 8 bytes are one millisecond and 160 bytes one 20 ms frame.
"""

import base64
import binascii
import math
from collections import deque
from dataclasses import dataclass
from functools import lru_cache

BYTES_PER_MS = 8
BYTES_PER_SECOND = 8000
QUIET = 12.0  # loudness: -47 dBFS on average, above a line's noise and below any speech
_EVERY = 3  # sample counts: a third of the work, and a mean within a few per cent


def size(audio: str) -> int:
    """Bytes of sound in a base64 text."""
    return len(audio) * 3 // 4 - audio.count("=", -2)


def join(parts: list[str]) -> str:
    """One base64 text from several; a part that is not base64 is left out."""
    sound = bytearray()
    for part in parts:
        try:
            sound += base64.b64decode(part)
        except binascii.Error:
            continue
    return base64.b64encode(sound).decode("ascii")


def split(sound: bytes, *, chunk_ms: int = 200) -> tuple[str, ...]:
    """Raw mu-law as base64 texts of `chunk_ms` each: the shorter, the more precisely marks tell what was heard."""
    step = chunk_ms * BYTES_PER_MS
    return tuple(base64.b64encode(sound[i : i + step]).decode("ascii") for i in range(0, len(sound), step))


def _root_of_amplitude(code: int) -> int:
    """Square root of a mu-law code's amplitude (0..32124, G.711): fits one byte, fine for soft sounds."""
    inverted = ~code & 0x7F
    amplitude = ((((inverted & 0x0F) << 3) + 0x84) << (inverted >> 4)) - 0x84
    return round(math.sqrt(amplitude))


_ROOTS = bytes(map(_root_of_amplitude, range(256)))


def loudness(audio: str) -> float:
    """How loud a piece is: the mean root of its amplitude, 0 to 179; 6 dB are a factor of 1.41. 0 if not base64."""
    return _mean(_roots(audio))


def profile(audio: str, block_ms: int) -> list[float]:
    """The loudness of each `block_ms` of a piece."""
    roots, step = _roots(audio), block_ms * BYTES_PER_MS // _EVERY
    return [_mean(roots[i : i + step]) for i in range(0, len(roots), step)]


@lru_cache(64)  # a carrier sends frames of one length, or few
def silence(length: int) -> str:
    """Mu-law silence of this many bytes."""
    return base64.b64encode(b"\xff" * length).decode("ascii")


def _roots(audio: str) -> bytes:
    try:
        return binascii.a2b_base64(audio)[::_EVERY].translate(_ROOTS)
    except binascii.Error:
        return b""


def _mean(roots: bytes) -> float:
    return sum(roots) / len(roots) if roots else 0.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A piece of the caller's speech. `at_ms` counts from the start of the stream."""

    audio: str
    at_ms: int


class KeptSpeech:
    """The last `seconds` of caller audio received while no model could hear it; the oldest is dropped first."""

    def __init__(self, seconds: float) -> None:
        self._limit = int(seconds * BYTES_PER_SECOND)
        self._frames: deque[Frame] = deque()
        self._bytes = 0

    def keep(self, audio: str, at_ms: int) -> None:
        """Keep a piece, and drop the oldest ones over the limit."""
        self._frames.append(Frame(audio, at_ms))
        self._bytes += size(audio)
        while self._bytes > self._limit:
            self._bytes -= size(self._frames.popleft().audio)

    def take(self) -> Frame | None:
        """Everything kept as one piece, once; None when there is nothing."""
        if not self._frames:
            return None
        whole = Frame(join([frame.audio for frame in self._frames]), self._frames[0].at_ms)
        self._frames.clear()
        self._bytes = 0
        return whole
