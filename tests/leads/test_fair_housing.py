"""Texts that speak of people are told from texts that speak of houses."""

import pytest

from leads.fair_housing import mentions_people


@pytest.mark.parametrize(
    "text",
    [
        "close to our church",
        "a safe area with good schools",
        "my kind of people",
        "perfect for a young couple",
        "we are expecting a baby",
        "no kids around",
        "needs a ramp for my wheelchair",
        "a Hispanic neighborhood",
        "family friendly",
    ],
)
def test_people_safety_and_schools_are_noticed(text: str) -> None:
    assert mentions_people(text)


@pytest.mark.parametrize(
    "text",
    [
        "Single-family home with a family room",
        "shorter drive to work",
        "white oak floors and black counters",
        "3 bedrooms in Willow Creek, two-car garage",
        "",
    ],
)
def test_houses_may_be_described(text: str) -> None:
    assert not mentions_people(text)
