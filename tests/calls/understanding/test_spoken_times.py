"""Which of the offered times a caller takes."""

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from calls.understanding.spoken_days import with_days_named
from calls.understanding.spoken_times import Choice, choice_of, times_in

ROWS = tomllib.loads((Path(__file__).parent / "spoken_times.toml").read_text())
MONDAY = date(2026, 11, 23)
OPEN_QUESTION = "When would you like to come by?"

OFFER = (
    "One of our agents can meet you Tuesday, November twenty-fourth at 10 AM or at 2:30 PM. Which one works for you?"
)
TWO_DAYS = "I have Tuesday, November 24 at 10 AM, or Wednesday, November 25th at 10 AM."
TEN_OR_TWO = "I have Tuesday, November 24th at 10 AM, or Wednesday, November 25th at 2 PM. Which works better?"
TEN = datetime(2026, 11, 24, 10, tzinfo=UTC)
HALF_PAST_TWO = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 25, 10, tzinfo=UTC)


def test_times_carry_the_day_named_before_them() -> None:
    first, second = times_in(OFFER)
    assert (first.hour, first.half, first.weekday, first.day) == (10, "am", 1, 24)
    assert (second.hour, second.minute, second.half, second.day) == (2, 30, "pm", 24)
    assert [time.day for time in times_in(TWO_DAYS)] == [24, 25]


@pytest.mark.parametrize(
    ("answer", "ten", "half_past_two"),
    [
        ("Yes, the first one works for me.", Choice.THIS, Choice.ANOTHER),
        ("the second one", Choice.ANOTHER, Choice.THIS),
        ("ten works", Choice.THIS, Choice.UNCLEAR),
        ("two thirty", Choice.UNCLEAR, Choice.THIS),
        ("half past two", Choice.ANOTHER, Choice.THIS),
        ("2:30 p.m. please", Choice.ANOTHER, Choice.THIS),
        ("the afternoon", Choice.ANOTHER, Choice.THIS),
        ("either one", Choice.THIS, Choice.THIS),
        ("yes", Choice.UNCLEAR, Choice.UNCLEAR),
        ("one o'clock", Choice.ANOTHER, Choice.ANOTHER),
        ("Friday is better", Choice.ANOTHER, Choice.ANOTHER),
    ],
)
def test_an_answer_takes_a_time_or_another_or_none(answer: str, ten: Choice, half_past_two: Choice) -> None:
    assert choice_of(answer, OFFER, TEN) is ten
    assert choice_of(answer, OFFER, HALF_PAST_TWO) is half_past_two


def test_a_day_alone_is_enough_where_it_tells_the_times_apart() -> None:
    assert choice_of("Wednesday, please", TWO_DAYS, WEDNESDAY) is Choice.THIS
    assert choice_of("Wednesday, please", TWO_DAYS, TEN) is Choice.ANOTHER


def test_tomorrow_tells_the_times_apart() -> None:
    monday = date(2026, 11, 23)
    tomorrow = with_days_named("tomorrow is better", monday)
    assert choice_of(tomorrow, TWO_DAYS, TEN) is Choice.THIS
    assert choice_of(tomorrow, TWO_DAYS, WEDNESDAY) is Choice.ANOTHER


def test_of_one_offered_time_a_yes_is_enough_and_a_question_is_not() -> None:
    offered = "Tuesday, November twenty-fourth at 10 AM. Does that time work?"
    assert choice_of("Yes, that works for me.", offered, TEN) is Choice.THIS
    assert choice_of("Who is coming?", offered, TEN) is Choice.UNCLEAR


def moment(text: str) -> datetime:
    day, _, clock = text.partition(" ")
    hour, _, minute = clock.partition(":")
    return datetime(2026, 11 if int(day) >= 23 else 12, int(day), int(hour), int(minute), tzinfo=UTC)


def takes(said: str, question: str, time: str) -> bool:
    answer, asked = with_days_named(said, MONDAY), with_days_named(question, MONDAY)
    return choice_of(answer, asked, moment(time)) is Choice.THIS


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(ROWS["is_meant"]) >= 115
    assert sum(map(len, ROWS.values())) >= 210


@pytest.mark.parametrize(("said", "time"), ROWS["is_meant"])
def test_a_time_is_taken_on_its_day_wherever_the_day_stands(said: str, time: str) -> None:
    assert takes(said, OPEN_QUESTION, time)


@pytest.mark.parametrize(("said", "time"), ROWS["is_not_meant"])
def test_no_other_day_or_hour_is_taken_nor_what_may_be_two(said: str, time: str) -> None:
    assert not takes(said, OPEN_QUESTION, time)


@pytest.mark.parametrize(("said", "time"), ROWS["offered_is_meant"])
def test_what_was_offered_is_taken_by_its_time_day_or_place(said: str, time: str) -> None:
    assert takes(said, TEN_OR_TWO, time)


@pytest.mark.parametrize(("said", "time"), ROWS["offered_is_not_meant"])
def test_an_offered_hour_is_not_taken_on_the_day_of_the_other_offer(said: str, time: str) -> None:
    assert not takes(said, TEN_OR_TWO, time)


def test_a_time_without_its_day_is_on_the_day_that_was_asked_about() -> None:
    assert takes("At three", "What time on Friday?", "27 15:00")
    assert not takes("At three", "What time on Friday?", "24 15:00")
    assert not takes("At three", "Friday or Saturday, and at what time?", "27 15:00")


@pytest.mark.parametrize(
    "words", ["", "I have two kids", "$3 or so", "forty", "at thirty", "25:80", "13 13 13", "the the"]
)
def test_what_is_no_time_is_none(words: str) -> None:
    assert not any(time.plain for time in times_in(words))
