"""What is known of a lead, as plain JSON: each field a value of its own kind, or left out. Pure.

The values come from rows that people and imports wrote, and from JSON that was kept a while ago.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from leads.text import one_line

type Kind = Callable[[Any], Any]

NOT_KNOWN: tuple[Any, ...] = (None, "", [], "unknown")


def sound_values(values: Mapping[str, Any], kinds: Mapping[str, Kind]) -> dict[str, Any]:
    """Return the values that are known and of their kind; fields without a kind are left out."""
    read = {name: kinds[name](value) for name, value in values.items() if name in kinds}
    return {name: value for name, value in read.items() if value not in NOT_KNOWN}


def a_text(value: Any) -> str | None:
    """Return a text on one line."""
    return one_line(value) if isinstance(value, str) else None


def a_number(value: Any) -> float | None:
    """Return a finite number that is not negative."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if number and math.isfinite(value) and value >= 0 else None


def a_whole_number(value: Any) -> int | None:
    """Return a whole number that is not negative."""
    number = a_number(value)
    return None if number is None else int(number)
