"""Which of our places a caller's words mean."""

import pytest

from leads.errors import ServiceError
from leads.listings.areas import Area, known_areas, neighborhood_names, resolve_areas
from tests.people import make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def listings() -> None:
    """Homes in two neighborhoods of one city."""
    make_listing(subdivision_name="Willow Creek", city="Lakeside", postal_code="78791")
    make_listing(subdivision_name="Cedar Hollow", city="Lakeside", postal_code="78792")


def test_every_place_of_a_listing_is_known_once() -> None:
    assert {(area.kind, area.name) for area in known_areas()} == {
        ("neighborhood", "Cedar Hollow"),
        ("neighborhood", "Willow Creek"),
        ("city", "Lakeside"),
        ("postal", "78791"),
        ("postal", "78792"),
    }
    assert neighborhood_names() == ["Cedar Hollow", "Willow Creek"]


@pytest.mark.parametrize("said", ["Willow Creek", "willow creak", "WillowCreek", "Willow-Creek"])
def test_a_name_is_found_by_its_sound(said: str) -> None:
    assert resolve_areas([Area("neighborhood", said)]) == (Area("neighborhood", "Willow Creek"),)


def test_the_kind_the_caller_named_may_be_wrong_and_twice_is_once() -> None:
    assert resolve_areas([Area("neighborhood", "lakeside"), Area("city", "Lakeside")]) == (Area("city", "Lakeside"),)


@pytest.mark.parametrize("said", ["78790", "78793"])
def test_a_postal_code_must_match_exactly(said: str) -> None:
    with pytest.raises(ServiceError, match="UNKNOWN_AREA"):
        resolve_areas([Area("postal", said)])


def test_an_unknown_place_is_refused_with_suggestions_that_can_be_spoken() -> None:
    with pytest.raises(ServiceError) as refused:
        resolve_areas([Area("neighborhood", "Willow Hollow")])
    assert refused.value.code == "UNKNOWN_AREA"
    assert set(refused.value.details["suggestions"]) >= {"Willow Creek", "Cedar Hollow"}
    assert "Did you mean" in refused.value.say
