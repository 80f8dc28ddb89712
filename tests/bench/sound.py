"""Audio that says when it was sent: base64 µ-law whose first bytes are a time, a line and a number in sequence."""

import base64
import struct
from dataclasses import dataclass, field

_STAMP = struct.Struct(">QHIx")  # ns, line, number; 15 bytes are 20 base64 characters
_CHARACTERS = 20
FRAME_BYTES = 160
DELTA_BYTES = 1600


def stamped(ns: int, line: int, number: int, size: int) -> str:
    """A piece of sound of `size` bytes."""
    return base64.b64encode(_STAMP.pack(ns, line, number)).decode() + _filler(size)


def stamp_of(text: str) -> tuple[int, int, int] | None:
    """When the sound in a message was sent (ns), on which line, and its number; None when there is none."""
    for key in ('audio"', 'payload"'):
        at = text.find(key)
        if at >= 0:
            start = text.index('"', at + len(key)) + 1
            return _STAMP.unpack(base64.b64decode(text[start : start + _CHARACTERS]))
    return None


def _filler(size: int) -> str:
    if size not in _fillers:
        _fillers[size] = base64.b64encode(b"\xd5" * (size - _STAMP.size)).decode()
    return _fillers[size]


_fillers: dict[int, str] = {}


@dataclass
class Journal:
    """What has arrived on one way: how late (ns), and whether anything is missing or out of order."""

    late: list[int] = field(default_factory=list)
    arrived: int = 0
    gaps: int = 0
    _next: dict[int, int] = field(default_factory=dict)

    def note(self, stamp: tuple[int, int, int], now_ns: int) -> None:
        """A stamped piece of sound has arrived."""
        sent_ns, line, number = stamp
        self.gaps += number != self._next.get(line, number)
        self._next[line] = number + 1
        self.arrived += 1
        self.late.append(now_ns - sent_ns)

    def begin(self) -> None:
        """What came until now does not count."""
        self.late, self.arrived, self.gaps = [], 0, 0
