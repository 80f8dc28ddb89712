"""Which of the offered times a caller takes."""

from datetime import UTC, date, datetime

import pytest

from calls.understanding.spoken_times import Choice, choice_of, times_in, with_days_named

OFFER = (
    "One of our agents can meet you Tuesday, November twenty-fourth at 10 AM or at 2:30 PM. Which one works for you?"
)
TWO_DAYS = "I have Tuesday, November 24 at 10 AM, or Wednesday, November 25th at 10 AM."
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
    assert choice_of(answer, times_in(OFFER), TEN) is ten
    assert choice_of(answer, times_in(OFFER), HALF_PAST_TWO) is half_past_two


def test_a_day_alone_is_enough_where_it_tells_the_times_apart() -> None:
    assert choice_of("Wednesday, please", times_in(TWO_DAYS), WEDNESDAY) is Choice.THIS
    assert choice_of("Wednesday, please", times_in(TWO_DAYS), TEN) is Choice.ANOTHER


def test_tomorrow_is_a_day_of_the_week() -> None:
    monday = date(2026, 11, 23)
    assert with_days_named("Tomorrow works, not today", monday) == "Tomorrow Tuesday works, not today Monday"
    assert with_days_named("the day after tomorrow", monday) == "the day after tomorrow"
    tomorrow = with_days_named("tomorrow is better", monday)
    assert choice_of(tomorrow, times_in(TWO_DAYS), TEN) is Choice.THIS
    assert choice_of(tomorrow, times_in(TWO_DAYS), WEDNESDAY) is Choice.ANOTHER


def test_of_one_offered_time_a_yes_is_enough_and_a_question_is_not() -> None:
    offered = times_in("Tuesday, November twenty-fourth at 10 AM. Does that time work?")
    assert choice_of("Yes, that works for me.", offered, TEN) is Choice.THIS
    assert choice_of("Who is coming?", offered, TEN) is Choice.UNCLEAR
