"""What several tests look at, and a second try makes anew."""

from collections.abc import Callable
from typing import Any

import pytest


class Tries:
    """Things that take long to make, one a try: a test's second try looks at a new one."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[int, Any]] = {}

    def of[T](self, name: str, test: pytest.Item, make: Callable[[], T]) -> T:
        """The thing of that name, of this test's try or a later one."""
        number = getattr(test, "execution_count", 1)
        if name not in self._made or self._made[name][0] < number:
            self._made[name] = (number, make())
        made: T = self._made[name][1]
        return made
