"""Timers: the next one due, taken once, in the order they were due."""

from realtime.bridge.vocabulary.timers import Timer, Timers


def test_the_deadline_is_the_earliest_timer() -> None:
    timers = Timers()
    assert timers.deadline is None
    timers.set(Timer.IDLE, 8.0)
    timers.set(Timer.STALL, 6.0)
    assert timers.deadline == 6.0


def test_setting_a_timer_again_replaces_it() -> None:
    timers = Timers()
    timers.set(Timer.IDLE, 8.0)
    timers.set(Timer.IDLE, 9.0)
    assert timers.deadline == 9.0
    assert timers.take_due(8.5) is None


def test_what_is_due_is_taken_once_the_longest_due_first() -> None:
    timers = Timers()
    timers.set(Timer.TOOL, 2.0)
    timers.set(Timer.FILLER, 1.0)
    timers.set(Timer.LIMIT, 3.0)
    assert [timers.take_due(2.5) for _ in range(3)] == [Timer.FILLER, Timer.TOOL, None]
    assert Timer.LIMIT in timers
    assert Timer.TOOL not in timers


def test_of_two_due_at_once_the_same_one_always_comes_first() -> None:
    for first, second in ((Timer.START, Timer.DRAIN), (Timer.DRAIN, Timer.START)):
        timers = Timers()
        timers.set(first, 1.0)
        timers.set(second, 1.0)
        assert timers.take_due(1.0) is Timer.START


def test_some_timers_are_cleared_or_all() -> None:
    timers = Timers()
    for at, timer in enumerate((Timer.START, Timer.IDLE, Timer.LIMIT)):
        timers.set(timer, float(at))
    timers.clear(Timer.START, Timer.MEDIA)
    assert timers.deadline == 1.0
    timers.clear()
    assert timers.deadline is None
