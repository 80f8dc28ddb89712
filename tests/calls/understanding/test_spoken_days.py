"""Which days are named, turned down or cannot be."""

from datetime import UTC, date, datetime

import pytest

from calls.understanding.spoken_days import days_in, with_days_named
from calls.understanding.spoken_numbers import tokens_of

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("Tomorrow works, not today", "Tomorrow Tuesday works, not today Monday"),
        ("the day after tomorrow", "the day after tomorrow Wednesday"),
        ("in three days", "in three days Thursday"),
        ("this afternoon", "this afternoon Monday"),
        ("Tuesday next week", "Tuesday next week Tuesday the 1th"),
        ("a week from Friday", "a week from Friday Friday the 4th"),
        ("in two weeks", "in two weeks Monday the 7th"),
        ("a week from tomorrow", "a week from tomorrow Tuesday the 1th"),
        ("Friday", "Friday"),
    ],
)
def test_relative_days_are_named(said: str, named: str) -> None:
    assert with_days_named(said, MONDAY) == named


@pytest.mark.parametrize(
    ("said", "weekday", "day", "month"),
    [
        ("Tuesday", 1, None, None),
        ("Tuesdays", 1, None, None),
        ("Tues", 1, None, None),
        ("Tuesday the 24th", 1, 24, None),
        ("Tuesday, November twenty-fourth", 1, 24, 11),
        ("the 24th, a Tuesday", 1, 24, None),
        ("the 1st of December", None, 1, 12),
        ("the first December", None, 1, 12),
        ("December the first", None, 1, 12),
        ("December 1", None, 1, 12),
        ("on the first", None, 1, None),
        ("Friday the third", 4, 3, None),
        ("the third at four", None, 3, None),
    ],
)
def test_a_weekday_and_its_date_are_one_day(said: str, weekday: int, day: int, month: int) -> None:
    [found] = days_in(tokens_of(said))
    assert (found.weekday, found.day, found.month) == (weekday, day, month)


@pytest.mark.parametrize(
    "said", ["the first one", "the second time", "", "at three", "December", "the third house", "May 45"]
)
def test_what_is_no_day_is_none(said: str) -> None:
    assert days_in(tokens_of(said)) == []


@pytest.mark.parametrize(
    "said", ["not Tuesday", "anything but Tuesday", "instead of Tuesday", "Tuesday doesn't work", "Tuesday is out"]
)
def test_a_day_can_be_turned_down(said: str) -> None:
    [day] = days_in(tokens_of(said))
    assert day.denied


@pytest.mark.parametrize("said", ["No, Tuesday", "Tuesday works", "of all days Tuesday", "Tuesday is good"])
def test_a_no_before_a_day_takes_it(said: str) -> None:
    [day] = days_in(tokens_of(said))
    assert not day.denied


def test_two_days_stay_two_and_a_clash_fits_nothing() -> None:
    assert len(days_in(tokens_of("Tuesday or Wednesday"))) == 2
    [clash] = days_in(tokens_of(with_days_named("tomorrow, Friday", MONDAY)))
    assert clash.impossible
    assert not any(clash.fits(datetime(2026, 11, day, tzinfo=UTC)) for day in (24, 27))
