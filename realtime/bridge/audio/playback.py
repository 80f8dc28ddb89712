"""Playback tracking: which audio has the caller heard?

Twilio buffers what it is sent and plays it at 8 kHz. After every piece of audio we send a *mark*; Twilio echoes it
when everything before it has been played - and also, at once, when `clear` threw it away (Media Streams: "mark").
So a mark proves playing only if we have not cleared: names are never used twice, and an echo of a name we no longer
wait for means nothing. Between two echoes the clock gives the position, never beyond the bytes that were sent.
"""

from collections import deque
from dataclasses import dataclass
from itertools import count

from realtime.bridge.audio.mulaw import BYTES_PER_MS, BYTES_PER_SECOND


@dataclass(frozen=True, slots=True)
class PlayedItem:
    """How much of an item the caller heard, in ms. `confirmed` when a mark proves all of it."""

    item_id: str
    ms: int
    sent_ms: int
    confirmed: bool
    started_at: float
    ended_at: float

    @property
    def whole(self) -> bool:
        """Whether all that was sent has been heard."""
        return self.ms >= self.sent_ms


@dataclass(slots=True)
class _Piece:
    mark: str
    item_id: str
    size: int
    added: float


@dataclass(slots=True)
class _Item:
    sent: int = 0
    played: int = 0
    finished: bool = False
    started_at: float | None = None
    ended_at: float = 0.0


class Playback:
    """Keeps account of all audio sent to the caller. Times are seconds on the clock of whoever calls these methods."""

    def __init__(self) -> None:
        self._pieces: deque[_Piece] = deque()
        self._items: dict[str, _Item] = {}
        self._names = count(1)
        self._anchor = 0.0  # when the first waiting piece began to play, at the earliest
        self.ends_at = 0.0

    @property
    def drained(self) -> bool:
        """Whether every mark has come back, so that nothing is waiting to be played."""
        return not self._pieces

    def is_playing(self, now: float) -> bool:
        """Whether the caller hears us now, as far as marks and clock tell."""
        return bool(self._pieces) and now < self.ends_at

    def add(self, item_id: str, size: int, now: float) -> str:
        """Note audio sent now; returns the name of the mark to send right after it."""
        mark = f"m{next(self._names)}"
        if not self._pieces:
            self._anchor = now
        self._pieces.append(_Piece(mark, item_id, size, now))
        self._items.setdefault(item_id, _Item()).sent += size
        self.ends_at = max(self.ends_at, now) + size / BYTES_PER_SECOND
        return mark

    def finish(self, item_id: str) -> None:
        """Note that no more audio comes for this item."""
        if item_id in self._items:
            self._items[item_id].finished = True

    def mark_echoed(self, mark: str, now: float) -> list[PlayedItem]:
        """The items a returned mark proves fully heard. Empty for an unknown, late or cleared mark."""
        if not any(piece.mark == mark for piece in self._pieces):
            return []
        touched: dict[str, None] = {}
        while True:
            piece = self._pieces.popleft()
            self._confirm(piece, now)
            touched[piece.item_id] = None
            if piece.mark == mark:
                break
        self._anchor = now
        self.ends_at = now + sum(piece.size for piece in self._pieces) / BYTES_PER_SECOND
        return [heard for item_id in touched if (heard := self.fully_played(item_id))]

    def fully_played(self, item_id: str) -> PlayedItem | None:
        """The proof that a finished item was played to its end, or None."""
        item = self._items.get(item_id)
        if item is None or not item.finished or item.played < item.sent:
            return None
        return self._played_item(item_id, item, item.played, item.ended_at, confirmed=True)

    def first_heard_at(self, item_id: str) -> float | None:
        """When the item began to sound, as proved by a mark; None if none has."""
        item = self._items.get(item_id)
        return item.started_at if item else None

    def sent_ms(self, item_id: str) -> int:
        """How much audio of this item was sent to the caller."""
        item = self._items.get(item_id)
        return item.sent // BYTES_PER_MS if item else 0

    def stop(self, now: float) -> list[PlayedItem]:
        """Drop what still waits; returns how much was heard of each item concerned, in playing order."""
        heard: dict[str, PlayedItem] = {}
        cursor = self._anchor
        for piece in self._pieces:
            item = self._items[piece.item_id]
            start = max(cursor, piece.added)
            cursor = start + piece.size / BYTES_PER_SECOND
            if item.started_at is None:
                item.started_at = start
            item.played += min(piece.size, max(0, round((now - start) * BYTES_PER_SECOND)))
            ended_at = max(item.started_at, min(now, cursor))
            heard[piece.item_id] = self._played_item(piece.item_id, item, item.played, ended_at, confirmed=False)
        self._pieces.clear()
        self.ends_at = min(self.ends_at, now)
        return list(heard.values())

    def _confirm(self, piece: _Piece, now: float) -> None:
        item = self._items[piece.item_id]
        item.played += piece.size
        item.ended_at = now
        if item.started_at is None:
            item.started_at = max(piece.added, now - piece.size / BYTES_PER_SECOND)

    def _played_item(self, item_id: str, item: _Item, played: int, ended_at: float, *, confirmed: bool) -> PlayedItem:
        return PlayedItem(
            item_id=item_id,
            ms=played // BYTES_PER_MS,
            sent_ms=item.sent // BYTES_PER_MS,
            confirmed=confirmed,
            started_at=item.started_at if item.started_at is not None else ended_at,
            ended_at=ended_at,
        )
