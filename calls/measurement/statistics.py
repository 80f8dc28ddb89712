"""Statistics of measured values."""

import math
from collections.abc import Sequence


def percentile(values: Sequence[int], share: float) -> int | None:
    """The value at that share (0 to 1) by nearest rank, so it is always one that was measured; None of nothing."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
