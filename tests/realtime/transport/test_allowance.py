"""How often a peer may do what it seldom needs to."""

from hypothesis import given
from hypothesis import strategies as st

from realtime.transport.allowance import Allowance


def test_so_many_at_once_and_then_as_time_goes_by() -> None:
    pings = Allowance(at_once=3, per_second=2)
    assert [pings.take(10.0) for _ in range(4)] == [True, True, True, False]
    assert [pings.take(10.5), pings.take(10.5)] == [True, False]
    assert [pings.take(60.0) for _ in range(4)] == [True, True, True, False]


@given(st.lists(st.floats(0, 100), max_size=200))
def test_never_more_than_was_allowed_since_the_beginning(times: list[float]) -> None:
    pings, taken = Allowance(at_once=5, per_second=2), 0
    for now in times:
        taken += pings.take(now)
        assert taken <= 5 + 2 * (max(times) - min(times)) + 1e-6


def test_a_clock_that_stands_still_or_goes_back_gives_nothing() -> None:
    pings = Allowance(at_once=1, per_second=100)
    assert [pings.take(5.0), pings.take(5.0), pings.take(1.0)] == [True, False, False]
