"""Item order: by each item's predecessor, and by the time it was heard where none is known.

The model names the item before each new one (`previous_item_id`), so its items make a *strand* whose order holds,
however late the words are written down. An item the model does not know (our own "one moment please"), or whose
predecessor we were not told, is a strand of its own. Strands are merged by the times their items were heard.
"""

from collections.abc import Iterator

NEVER = float("inf")


class ItemOrder:
    """Item ids in order. `positions` grow along it; an item that moves gets a new one."""

    def __init__(self) -> None:
        self.positions: dict[str, float] = {}
        self._after: dict[str, str | None] = {}
        self._began: dict[str, int] = {}  # when an item began to sound, ms of the stream
        self._known_from: dict[str, float] = {}  # the time up to which all had been heard when we learned of the item
        self._last: str | None = None
        self._latest = 0.0

    def __contains__(self, item_id: str) -> bool:
        return item_id in self._after

    def place(self, item_id: str, after: str | None) -> list[str]:
        """Place an item after its predecessor (None: not known, or the first); returns the items this moved.

        The first predecessor we are told holds: a new session that is told the conversation again omits deleted items.
        """
        if item_id in self._after and (after is None or self._after[item_id] is not None):
            return []
        at_the_end = self._comes_last(item_id, after)
        self._after[item_id] = after
        self._known_from.setdefault(item_id, self._latest + 0.5)  # after all that was heard so far
        if not at_the_end:
            return self._renumber(item_id)
        self.positions[item_id] = self.positions[self._last] + 1 if self._last else 1.0
        self._last = item_id
        self._latest = max(self._latest, self._began.get(item_id, self._known_from[item_id]))
        return []

    def began(self, item_id: str, at_ms: int) -> list[str]:
        """An item (perhaps not placed yet) began to sound at this time; returns the items this moved."""
        if self._began.get(item_id) == at_ms:
            return []
        self._began[item_id] = at_ms
        if item_id not in self._after:
            return []
        return self._renumber(item_id)

    def walk(self) -> list[str]:
        """All items in order."""
        followers = self._followers()
        roots = [item for item, after in self._after.items() if after not in self._after]
        keyed = [key for root in roots for key in self._keys(list(self._strand(root, followers)))]
        ordered = [item for *_, item in sorted(keyed)]
        found = set(ordered)
        return [*ordered, *(item for item in self._after if item not in found)]

    def _comes_last(self, item_id: str, after: str | None) -> bool:
        """Whether the item is new and certainly the last one, so that nothing needs to be compared."""
        if item_id in self._after or item_id in self._after.values():
            return False
        if self._began.get(item_id, NEVER) <= self._latest:
            return False
        return after == self._last or (after is None and self._last in self._began)

    def _followers(self) -> dict[str, list[str]]:
        followers: dict[str, list[str]] = {}
        for item, after in self._after.items():
            if after is not None:
                followers.setdefault(after, []).append(item)
        for siblings in followers.values():
            siblings.sort(key=lambda item: self._began.get(item, NEVER))
        return followers

    def _strand(self, root: str, followers: dict[str, list[str]]) -> Iterator[str]:
        waiting = [root]
        while waiting:
            item = waiting.pop()
            yield item
            waiting += reversed(followers.get(item, []))

    def _keys(self, strand: list[str]) -> Iterator[tuple[float, str, int, str]]:
        """Sort keys of a strand's items: the latest time heard so far; for an unheard item, the next one's time."""
        times: list[float] = []
        following: float | None = None
        for item in reversed(strand):
            following = self._began.get(item, following)
            times.append(self._known_from[item] if following is None else following)
        latest = 0.0
        for index, (item, time) in enumerate(zip(strand, reversed(times), strict=True)):
            latest = max(latest, time)
            yield latest, strand[0], index, item

    def _renumber(self, changed: str) -> list[str]:
        ordered = self.walk()
        self._last = ordered[-1]
        self._latest = max([*(self._began.get(item, 0) for item in ordered), *self._known_from.values()])
        history, self.positions = self.positions, {}
        floor = 0.0
        for index, item in enumerate(ordered):
            position = history.get(item, 0.0)
            if position <= floor or item == changed:
                ceiling = next((p for other in ordered[index + 1 :] if (p := history.get(other, 0.0)) > floor), None)
                position = floor + 1 if ceiling is None else (floor + ceiling) / 2
            self.positions[item] = floor = position
        return [item for item in ordered if item in history and history[item] != self.positions[item]]
