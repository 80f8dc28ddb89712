"""Prices, rooms, sizes, phone numbers and e-mail addresses in recognized speech."""

import pytest

from calls.understanding.spoken_values import (
    digits_in,
    emails_in,
    phones_in,
    phones_written_in,
    prices_in,
    rooms_in,
    sizes_in,
)

BUDGET = "What price range are you comfortable with?"
ROOMS = "How many bedrooms and bathrooms do you need?"


@pytest.mark.parametrize(
    ("said", "question", "prices"),
    [
        ("four fifty", BUDGET, [(450_000, True)]),
        ("four fifty", "", [(450_000, False)]),
        ("up to 450", "", [(450_000, True)]),
        ("about 450 dollars", BUDGET, [(450_000, False)]),
        ("$4.50", BUDGET, [(450_000, True)]),
        ("1.2", BUDGET, [(1_200_000, True)]),
        ("fifty", BUDGET, [(50_000, False)]),
        ("twelve hundred", BUDGET, [(1_200_000, False)]),
        ("four to five hundred thousand", BUDGET, [(400_000, True), (500_000, True)]),
        ("one to two million", BUDGET, [(1_000_000, True), (2_000_000, True)]),
        ("20,000 dollars", BUDGET, [(20_000, False)]),
        ("450 Orchard Lane", BUDGET, []),
        ("three bedrooms in six months", BUDGET, []),
        ("Up to $450,000. Bedrooms?", "", [(450_000, True)]),
    ],
)
def test_a_price_is_certain_only_when_the_words_can_mean_nothing_else(
    said: str, question: str, prices: list[tuple[int, bool]]
) -> None:
    assert [(each.value, each.certain) for each in prices_in(said, question=question)] == prices


@pytest.mark.parametrize(
    ("said", "question", "beds", "baths"),
    [
        ("three bedrooms and two and a half baths", "", [3], [2.5]),
        ("2 full baths", "", [], [2]),
        ("3 and 2", ROOMS, [3, 2], [3, 2]),
        ("3 and 2", "", [], []),
        ("to bedrooms", "", [2], []),
        ("for", ROOMS, [4], [4]),
        ("three or more bedrooms", ROOMS, [3], []),
        ("a studio", "", [0], []),
    ],
)
def test_rooms_are_counted_before_their_noun_or_in_the_answer_to_their_question(
    said: str, question: str, beds: list[float], baths: list[float]
) -> None:
    assert [each.value for each in rooms_in(said, "bed", question=question)] == beds
    assert [each.value for each in rooms_in(said, "bath", question=question)] == baths


def test_thirteen_bedrooms_are_no_certain_wish() -> None:
    assert [each.certain for each in rooms_in("thirteen bedrooms", "bed")] == [False]


def test_a_size_is_in_square_feet() -> None:
    assert [each.value for each in sizes_in("eighteen hundred square feet")] == [1800]
    assert sizes_in("eighteen hundred") == ()


@pytest.mark.parametrize(
    "said",
    [
        "five one two, five five five, oh one nine nine",
        "five one two triple five zero one double nine",
        "It's 5-1-2-5-5-5-0-1-9-9.",
        "(512) 555-0199",
        "call me at 512 555 01 99",
        "one five one two five five five zero one nine nine",
    ],
)
def test_a_phone_number_is_understood_in_every_usual_grouping(said: str) -> None:
    assert [(each.value, each.certain) for each in phones_in(said)] == [("+15125550199", True)]


def test_a_phone_number_with_a_digit_lost_is_none() -> None:
    assert phones_in("five one two five five oh one nine nine") == ()
    assert digits_in("five one two five five oh one nine nine") == ("512550199",)


def test_dates_in_a_note_are_no_phone_numbers() -> None:
    assert phones_written_in("Booked for 2026-11-24 10:00, reach them at (512) 555-0199") == ("+15125550199",)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("my email is john dot doe at gmail dot com", "john.doe@gmail.com"),
        ("It's maria underscore lopez 7 at yahoo dot com", "maria_lopez7@yahoo.com"),
        ("j o h n at acme dot co dot uk", "john@acme.co.uk"),
        ("Write to John.Doe@gmail.com", "john.doe@gmail.com"),
    ],
)
def test_an_email_address_is_understood_and_never_certain(said: str, address: str) -> None:
    assert [(each.value, each.certain) for each in emails_in(said)] == [(address, False)]


def test_an_appointment_at_two_is_no_email_address() -> None:
    assert emails_in("see you at two") == ()
