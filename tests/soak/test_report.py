"""What a soak says of itself."""

from typing import Any

import pytest

from tests.soak.report import problems, quantile, summary

PASSED: dict[str, Any] = {
    "calls": 1000,
    "not_placed": 0,
    "lost": 0,
    "legs_open_over_60_s": 0,
    "sessions_over_2_s": 0,
    "crossed_audio": 0,
    "leaked_sockets": 0,
    "leaked_tasks": 0,
    "twice_booked": 0,
    "ended_late": 0,
    "unfinished_rows": {"calls": 0},
    "errors_logged": {},
    "silence_s": {"p50": 1.0, "p95": 2.9, "max": 9.0},
}


def test_the_quantile_is_a_value_that_was_measured() -> None:
    assert quantile([3.0, 1.0, 2.0, 4.0], 0.5) == 3.0
    assert quantile([], 0.95) == 0.0
    assert summary([1.0, 2.0, 9.0]) == {"p50": 2.0, "p95": 9.0, "max": 9.0}


def test_a_run_without_a_flaw_has_no_problems() -> None:
    assert problems(PASSED) == []


@pytest.mark.parametrize("what", ["lost", "not_placed", "legs_open_over_60_s", "leaked_tasks", "twice_booked"])
def test_one_of_what_must_not_be_is_one_too_many(what: str) -> None:
    assert problems(PASSED | {what: 1}) == [f"{what}: 1"]


def test_rows_left_open_and_errors_in_the_log_are_problems() -> None:
    flawed = PASSED | {"unfinished_rows": {"calls": 2}, "errors_logged": {"realtime call broke": 1}}
    assert problems(flawed) == ["unfinished calls: 2", "logged as an error: realtime call broke (1)"]


def test_the_silence_of_a_long_run_is_judged_and_that_of_a_short_one_only_told() -> None:
    silent = PASSED | {"silence_s": {"p50": 1.0, "p95": 3.1, "max": 9.0}}
    assert problems(silent) == ["silence p95 3.1 s"]
    assert problems(silent | {"calls": 50}) == []
