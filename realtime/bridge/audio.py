"""µ-law audio as it travels on both wires: base64 text, 8,000 bytes a second, never decoded on the way.

G.711 µ-law at 8 kHz has one byte per sample, so 8 bytes are one millisecond and 160 bytes one 20 ms frame.
"""

import base64
import binascii
from collections import deque
from dataclasses import dataclass

BYTES_PER_MS = 8
BYTES_PER_SECOND = 8000
FRAME_BYTES = 160


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
    """Raw µ-law as base64 texts of ``chunk_ms`` each: the finer, the better we know what was heard."""
    step = chunk_ms * BYTES_PER_MS
    return tuple(base64.b64encode(sound[i : i + step]).decode("ascii") for i in range(0, len(sound), step))


@dataclass(frozen=True, slots=True)
class Frame:
    """A piece of the caller's speech; ``at_ms`` counts from the start of the stream."""

    audio: str
    at_ms: int


class KeptSpeech:
    """The last ``seconds`` of what the caller said while nobody could listen; the oldest goes first."""

    def __init__(self, seconds: float) -> None:
        self._limit = int(seconds * BYTES_PER_SECOND)
        self._frames: deque[Frame] = deque()
        self._bytes = 0

    def keep(self, audio: str, at_ms: int) -> None:
        """Keep a piece, forgetting the oldest ones over the limit."""
        self._frames.append(Frame(audio, at_ms))
        self._bytes += size(audio)
        while self._bytes > self._limit:
            self._bytes -= size(self._frames.popleft().audio)

    def take(self) -> Frame | None:
        """Everything kept, as one piece, once; None when there is nothing."""
        if not self._frames:
            return None
        whole = Frame(join([frame.audio for frame in self._frames]), self._frames[0].at_ms)
        self._frames.clear()
        self._bytes = 0
        return whole
