"""Allowance: how often a peer may do what it seldom needs to. Pure: the time is passed in."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Allowance:
    """So many times at once, and so many more each second (a token bucket)."""

    at_once: float
    per_second: float
    _left: float = field(init=False)
    _at: float = field(init=False, default=float("-inf"))

    def __post_init__(self) -> None:
        self._left = self.at_once

    def take(self, now: float) -> bool:
        """Whether once more is within the allowance, which it then uses up. `now` in seconds of any steady clock."""
        self._left = min(self.at_once, self._left + max(0.0, now - self._at) * self.per_second)
        self._at = max(self._at, now)
        if self._left < 1:
            return False
        self._left -= 1
        return True
