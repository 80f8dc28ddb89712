"""The values of a tool request that may not be saved wrongly, and how they are said."""

from datetime import UTC, datetime
from typing import Any

import pytest

from calls.understanding.critical_values import CriticalValue, critical_values_of


def heard(value: Any) -> dict[str, Any]:
    return {"value": value, "confidence": 0.9, "confirmed": True}


def only(name: str, **arguments: Any) -> CriticalValue:
    [value] = critical_values_of(name, arguments)
    return value


def test_each_critical_field_has_a_phrase() -> None:
    arguments = {
        "price_max": heard(450_000),
        "beds_min": heard(3),
        "baths_min": heard(2.5),
        "areas": heard([{"kind": "neighborhood", "name": "Willow Creek"}]),
        "timeframe": heard("0_3m"),
        "motivation": heard("Reach them at (512) 555-0199 or john.doe@gmail.com"),
        "has_agent": heard("no"),
        "price_min": None,
    }
    assert [value.phrase for value in critical_values_of("save_lead_preferences", arguments)] == [
        "a budget of up to $450,000",
        "3 bedrooms",
        "2.5 bathrooms",
        "Willow Creek as the area",
        "a timeframe of three months",
        "the e-mail address john dot doe at gmail dot com",
        "the phone number 5 1 2, 5 5 5, 0 1 9 9",
    ]


def test_a_search_saves_nothing_and_has_none() -> None:
    assert critical_values_of("search_listings", {"price_max": 450_000}) == ()


def test_a_booking_has_the_time_of_its_slot() -> None:
    start = datetime(2026, 11, 24, 14, tzinfo=UTC)
    [value] = critical_values_of("schedule_appointment", {"slot_id": "x", "notes": None}, start=start)
    assert (value.kind, value.phrase) == ("time", "Tuesday, November twenty-fourth at 2 PM")


def test_a_booking_for_somebody_is_critical_and_for_nobody_in_particular_is_not() -> None:
    assert only("schedule_appointment", attendee_name="Joan Meyer").phrase == "the name Joan Meyer"
    assert critical_values_of("schedule_appointment", {"attendee_name": "the lead"}) == ()


@pytest.mark.parametrize("given", ["450000", 450_000, 450_000.0])
def test_a_number_is_critical_however_it_is_written(given: Any) -> None:
    assert only("save_seller_details", desired_price=given).value == 450_000


@pytest.mark.parametrize("given", [True, "many", float("inf"), float("nan"), {}, []])
def test_what_the_tool_will_refuse_is_no_value(given: Any) -> None:
    assert critical_values_of("save_seller_details", {"desired_price": given}) == ()


def test_a_house_number_has_a_twin_too() -> None:
    other = only("save_seller_details", address="15 Orchard Lane").twin
    assert other is not None
    assert other.value == "50 Orchard Lane"
