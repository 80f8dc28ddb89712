"""Statistics of measured values."""

import pytest

from calls.measurement.statistics import percentile


@pytest.mark.parametrize(
    ("values", "share", "wanted"),
    [([], 0.5, None), ([7], 0.95, 7), ([1, 2, 3, 4], 0.5, 2), ([4, 1, 3, 2], 0.95, 4), (list(range(1, 101)), 0.95, 95)],
)
def test_a_percentile_is_a_value_that_was_measured(values: list[int], share: float, wanted: int | None) -> None:
    assert percentile(values, share) == wanted
