"""Folds floods of small messages: fifty pieces of audio a second become one line with their time and level."""

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.audio import Pcm, alaw_decode, dbfs, pcm16_decode, ulaw_decode

# A run is closed after this pause or this length, so that a log shows it in time.
_PAUSE_SECONDS, _LONGEST_SECONDS = 1.0, 5.0
_LONGEST_TEXT = 2000

# Codec -> how it is decoded, and its bytes in a millisecond.
_CODECS: Mapping[str, tuple[Callable[[bytes], Pcm], int]] = {
    "pcmu": (ulaw_decode, 8),
    "pcma": (alaw_decode, 8),
    "pcm": (pcm16_decode, 48),
}

type Tell = Callable[[str, Mapping[str, Any], float], None]


@dataclass
class _Run:
    """Messages of one type and subject. Times in epoch seconds."""

    began: float
    latest: float
    codec: str = "pcmu"
    count: int = 0
    audio: list[str] = field(default_factory=list)
    text: str = ""

    def summary(self) -> dict[str, Any]:
        data: dict[str, Any] = {"count": self.count}
        if self.audio:
            decode, per_ms = _CODECS.get(self.codec, _CODECS["pcmu"])
            sound = b"".join(_bytes(piece) for piece in self.audio)
            data |= {"ms": len(sound) // per_ms, "level_dbfs": round(dbfs(decode(sound)), 1)}
        return data | ({"text": self.text[:_LONGEST_TEXT]} if self.text else {})


class MessageFolder:
    """Folds messages; ``tell(direction, data, at)`` is called for each message, or for each run of those given to
    ``fold``.
    """

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._open: dict[tuple[str, str, str], _Run] = {}

    def fold(
        self, direction: str, kind: str, *, about: str = "", audio: str = "", text: str = "", codec: str = "pcmu"
    ) -> None:
        """Adds a message of a flood: base64 ``audio`` or a piece of ``text``; ``about`` is the item it belongs to."""
        now, key = time.time(), (direction, kind, about)
        run = self._open.get(key)
        if run and (now - run.latest > _PAUSE_SECONDS or now - run.began > _LONGEST_SECONDS):
            self._close(key)
            run = None
        if run is None:
            run = self._open[key] = _Run(now, now, codec)
        run.count, run.latest = run.count + 1, now
        run.text += text
        if audio:
            run.audio.append(audio)

    def pass_on(self, direction: str, kind: str, data: Mapping[str, Any]) -> None:
        """Passes on a message that is not part of a flood."""
        self._tell(direction, {"type": kind, **data}, time.time())

    def finish(self, about: str | None = None) -> None:
        """Closes the runs about that item, or all of them."""
        for key in [key for key in self._open if about in (None, key[2])]:
            self._close(key)

    def _close(self, key: tuple[str, str, str]) -> None:
        run = self._open.pop(key)
        direction, kind, about = key
        self._tell(direction, {"type": kind, **({"item": about} if about else {}), **run.summary()}, run.began)


def _bytes(piece: str) -> bytes:
    try:
        return base64.b64decode(piece)
    except ValueError:
        return b""
