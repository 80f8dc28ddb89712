"""The order of what was said: by each item's predecessor, not by when we were told.

The model names the item before each new one (``previous_item_id``); a caller's slot is reserved when his speech is
committed, so his words keep their place however late they are written down. A *local* item (our own recording: the
opening, "one moment please") is unknown to the model and stays behind the item it followed.
"""


class Order:
    """Item ids in conversation order. ``positions`` only ever grow along it; a moved item gets a new one."""

    def __init__(self) -> None:
        self._after: dict[str, str | None] = {}
        self._local: set[str] = set()
        self._last: str | None = None
        self.positions: dict[str, float] = {}

    def __contains__(self, item_id: str) -> bool:
        return item_id in self._after

    def append(self, item_id: str) -> None:
        """Put one of our own items behind everything said so far."""
        self._local.add(item_id)
        self.place(item_id, self._last)

    def place(self, item_id: str, after: str | None) -> list[str]:
        """Place an item behind its predecessor (None: not known, or the first); returns the items this moved.

        A predecessor once told stands: a new session that is told the conversation again leaves out what was deleted.
        """
        if item_id in self._after and (after is None or self._after[item_id] is not None):
            return []
        at_the_end = item_id not in self._after and after in (None, self._last)
        at_the_end = at_the_end and item_id not in self._after.values()
        self._after[item_id] = after
        if not at_the_end:
            return self._renumber(item_id)
        self.positions[item_id] = self.positions[self._last] + 1 if self._last else 1.0
        self._last = item_id
        return []

    def walk(self) -> list[str]:
        """All items in order."""
        behind = self._children()
        waiting = [item for item, after in self._after.items() if after not in self._after]
        ordered: dict[str, None] = {}
        waiting.reverse()
        while waiting:
            item = waiting.pop()
            if item in ordered:
                continue
            ordered[item] = None
            waiting += reversed(behind.get(item, []))
        return [*ordered, *(item for item in self._after if item not in ordered)]

    def _children(self) -> dict[str, list[str]]:
        behind: dict[str, list[str]] = {}
        for item, after in self._after.items():
            if after is not None:
                behind.setdefault(after, []).append(item)
        for siblings in behind.values():
            siblings.sort(key=lambda item: item not in self._local)
        return behind

    def _renumber(self, placed: str) -> list[str]:
        ordered = self.walk()
        self._last = ordered[-1]
        before, self.positions = self.positions, {}
        floor = 0.0
        for index, item in enumerate(ordered):
            position = before.get(item, 0.0)
            if position <= floor or item == placed:
                ceiling = next((p for other in ordered[index + 1 :] if (p := before.get(other, 0.0)) > floor), None)
                position = floor + 1 if ceiling is None else (floor + ceiling) / 2
            self.positions[item] = floor = position
        return [item for item in ordered if item in before and before[item] != self.positions[item]]
