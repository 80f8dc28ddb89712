"""A bounded log of one call or session: its beginning and its end are kept, the middle is dropped first."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LONGEST = 4000

type Watcher = Callable[["Event"], None]


@dataclass(frozen=True)
class Event:
    """One line of a log. ``at_ms`` counts from the log's beginning, a ``line_ms`` in data from the call's answer."""

    at_ms: int
    kind: str
    data: Mapping[str, Any]


class Journal:
    """Events in the order they were noted. ``began`` is in epoch seconds."""

    def __init__(self, *, began: float | None = None, longest: int = LONGEST) -> None:
        self.began = time.time() if began is None else began
        self.dropped = 0
        self._head: list[Event] = []
        self._tail: deque[Event] = deque(maxlen=longest - longest // 2)
        self._room = longest // 2
        self._watchers: list[Watcher] = []

    def note(self, kind: str, data: Mapping[str, Any], *, at: float | None = None) -> Event:
        """``at`` is when it happened (epoch seconds), if not now."""
        event = Event(self._ms(time.time() if at is None else at), kind, data)
        if len(self._head) < self._room:
            self._head.append(event)
        else:
            self.dropped += len(self._tail) == self._tail.maxlen
            self._tail.append(event)
        for watcher in list(self._watchers):
            watcher(event)
        return event

    def _ms(self, at: float) -> int:
        return round((at - self.began) * 1000)

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Calls back for each event from now on; call what is returned to stop."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def forget(self) -> None:
        """Frees the memory; how many events were dropped is still known."""
        self.dropped += len(self)
        self._head.clear()
        self._tail.clear()

    def __iter__(self) -> Iterator[Event]:
        yield from self._head
        yield from self._tail

    def __len__(self) -> int:
        return len(self._head) + len(self._tail)
