"""Statistics of measured values. Pure."""

import math
from collections.abc import Sequence


def percentile(values: Sequence[int], share: float) -> int | None:
    """Return the percentile by nearest rank, so it is always a measured value; None if there are no values.

    `share` is 0 to 1.
    """
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
