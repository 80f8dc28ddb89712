"""The geometry of the small charts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.dashboard.charts import SPARK_HEIGHT, SPARK_WIDTH, STRIP_WIDTH, ceiling, spark, strip

latencies = st.lists(st.integers(0, 120_000), max_size=80)


@given(latencies)
def test_every_bar_stays_inside_the_chart(values: list[int]) -> None:
    drawn = spark(values, ceiling_ms=ceiling(values))
    assert len(drawn.bars) == len(values)
    for bar in drawn.bars:
        assert bar.x >= 0
        assert bar.x + bar.width <= SPARK_WIDTH + 0.2
        assert bar.y + bar.height == pytest.approx(SPARK_HEIGHT, abs=0.2)


def test_a_slower_answer_is_a_higher_bar() -> None:
    quick, slow = spark([300, 900]).bars
    assert slow.height > quick.height


def test_charts_that_share_an_axis_compare() -> None:
    assert spark([500], ceiling_ms=2000).bars[0].height < spark([500], ceiling_ms=1000).bars[0].height


def test_nothing_measured_draws_nothing() -> None:
    assert spark([]).bars == ()
    assert spark([]).median_y is None


def test_the_strip_places_speech_on_the_length_of_the_call() -> None:
    first, second = strip([("agent", "turn-1", 0, 5000), ("lead", "turn-2", 5000, 20_000)], total_ms=10_000)
    assert (first.x, first.width) == (0, STRIP_WIDTH / 2)
    assert (second.x, second.width) == (STRIP_WIDTH / 2, STRIP_WIDTH / 2)


def test_a_call_without_a_length_has_no_strip() -> None:
    assert strip([("agent", "turn-1", 0, 100)], total_ms=0) == ()
