"""Finds when a line carried sound: the frames of a call folded into spans with their level."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from sandbox.audio import Pcm, dbfs, ulaw_encode

FRAME_MS = 20
# A sample as loud as this is sound (about -50 dBFS at its peak); what is quieter is the line's own noise.
_AUDIBLE = 100
_BRIDGED_FRAMES = 15
# A span of somebody who never pauses is cut, so that a log shows it while it lasts.
_LONGEST_MS = 10_000


@dataclass(frozen=True)
class Span:
    """Sound from ``start_ms`` to ``end_ms`` of the line; ``ulaw`` is that sound, when it is kept."""

    start_ms: int
    end_ms: int
    level_dbfs: float
    ulaw: bytes = field(default=b"", repr=False)


class SpanFinder:
    """A tap on a line. A pause shorter than 300 ms does not end a span."""

    def __init__(self, tell: Callable[[Span], None], *, keep: bool = False) -> None:
        self._tell, self._keep = tell, keep
        self._frames: list[Pcm] = []
        self._quiet = 0
        self._ticks = 0
        self._sounding = False

    def __call__(self, frame: Pcm) -> None:
        self._ticks += 1
        self._frames.append(frame)
        if _audible(frame):
            self._sounding, self._quiet = True, 0
        else:
            self._quiet += 1
        if not self._sounding:
            self._frames.clear()
        elif self._quiet > _BRIDGED_FRAMES or len(self._frames) * FRAME_MS >= _LONGEST_MS:
            self.finish()

    def finish(self) -> None:
        """The span that has not ended yet ends here."""
        if self._sounding:
            self._tell(self._span())
        self._frames, self._quiet, self._sounding = [], 0, False

    def _span(self) -> Span:
        end = self._ticks - self._quiet
        sound = np.concatenate(self._frames[: len(self._frames) - self._quiet])
        start_ms = (self._ticks - len(self._frames)) * FRAME_MS
        return Span(start_ms, end * FRAME_MS, round(dbfs(sound), 1), ulaw_encode(sound) if self._keep else b"")


def _audible(frame: Pcm) -> bool:
    return bool(frame.max() > _AUDIBLE or frame.min() < -_AUDIBLE)


def frames_of(spans: Iterable[tuple[int, bytes]], until_ms: int) -> list[bytes]:
    """The mu-law frames of a line that was silent but for these (start_ms, sound)."""
    line = bytearray(b"\xff" * (until_ms * 8))
    for start_ms, sound in spans:
        begin = start_ms * 8
        line[begin : begin + len(sound)] = sound
    size = FRAME_MS * 8
    return [bytes(line[at : at + size]) for at in range(0, until_ms * 8, size)]
