"""The engine's waits, on a clock that only counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.conversational.timing import TIMING, Clock, Timing


class Counted:
    """A clock of its own: time passes only in waits."""

    def __init__(self) -> None:
        self.seconds, self.looks = 0.0, 0

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def look(self) -> None:
        self.looks += 1

    def timing(self, **fields: float) -> Timing:
        return Timing(clock=Clock(lambda: self.seconds, self.sleep), **fields)


def test_what_is_there_already_is_not_waited_for() -> None:
    clock = Counted()
    assert clock.timing().wait(lambda: True, look_again=clock.look, seconds=2.0)
    assert (clock.seconds, clock.looks) == (0.0, 0)


def test_what_comes_meanwhile_is_seen_at_the_next_look() -> None:
    clock = Counted()
    assert clock.timing(glance=0.25).wait(lambda: clock.looks == 3, look_again=clock.look, seconds=2.0)
    assert clock.seconds == 0.75


def test_what_does_not_come_is_given_up_in_time() -> None:
    clock = Counted()
    assert not clock.timing(glance=0.5).wait(lambda: False, look_again=clock.look, seconds=2.0)
    assert (clock.seconds, clock.looks) == (2.0, 4)


def test_no_time_at_all_is_one_look() -> None:
    clock = Counted()
    assert not clock.timing().wait(lambda: False, look_again=clock.look, seconds=0.0)
    assert clock.looks == 0


@given(st.floats(0, 5), st.floats(0.01, 1), st.floats(0, 10))
def test_a_wait_ends_within_a_glance_of_its_limit_and_misses_nothing(
    seconds: float, glance: float, comes: float
) -> None:
    clock = Counted()
    there = clock.timing(glance=glance).wait(lambda: clock.seconds >= comes, look_again=clock.look, seconds=seconds)
    assert there == (clock.seconds >= comes)
    assert clock.seconds <= seconds + glance
    if comes <= seconds:
        assert there


@pytest.mark.parametrize(
    ("seconds", "opening", "stalled"),
    [(6.0, True, False), (6.1, True, True), (6.1, False, False), (20.0, False, False), (20.1, False, True)],
)
def test_an_opening_is_given_up_sooner_than_an_answer(seconds: float, opening: bool, stalled: bool) -> None:
    assert TIMING.is_stalled(seconds, opening=opening) == stalled


@pytest.mark.parametrize(
    ("seconds", "said", "permanent", "again"),
    [
        (0.5, False, False, True),
        (3.0, False, False, True),
        (3.1, False, False, False),
        (0.5, True, False, False),
        (0.5, False, True, False),
    ],
)
def test_a_model_is_asked_again_only_soon_before_a_word_and_with_some_hope(
    seconds: float, said: bool, permanent: bool, again: bool
) -> None:
    assert TIMING.may_ask_again(seconds, said=said, permanent=permanent) == again


@pytest.mark.parametrize(
    ("silent", "said", "lost"), [(2.0, False, False), (2.1, False, True), (2.1, True, False), (8.1, True, True)]
)
def test_an_early_answer_that_was_begun_aloud_is_waited_for_longer(silent: float, said: bool, lost: bool) -> None:
    assert TIMING.is_lost(silent, said=said) == lost


def test_a_repeated_webhook_waits_until_the_first_must_have_a_document() -> None:
    assert TIMING.duplicate > TIMING.first_word


def test_no_answer_is_given_up_while_the_model_may_still_be_asked_again() -> None:
    assert TIMING.stalled > TIMING.retry_within + TIMING.lost_aloud
    assert TIMING.opening_stalled > TIMING.opening_render + TIMING.duplicate
