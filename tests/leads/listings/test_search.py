"""Searching homes: criteria, understood places, and what is said when nothing matches."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from leads.errors import ServiceError
from leads.listings.areas import Area
from leads.listings.search import HomeSearch, Sort, find_homes, listing_as_json
from tests.people import make_listing

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def home(address: str, **fields: Any) -> None:
    make_listing(unparsed_address=address, modification_timestamp=NOW, **fields)


def found(**wanted: Any) -> list[str]:
    return [listing.unparsed_address for listing in find_homes(HomeSearch(**wanted), now=NOW).homes]


def refusal(**wanted: Any) -> ServiceError:
    with pytest.raises(ServiceError) as refused:
        find_homes(HomeSearch(**wanted), now=NOW)
    return refused.value


def neighborhood(name: str) -> tuple[Area, ...]:
    return (Area("neighborhood", name),)


def test_only_homes_on_offer_are_found() -> None:
    home("1 Active Lane")
    home("2 Soon Lane", standard_status="ComingSoon")
    home("3 Pending Lane", standard_status="Pending")
    home("4 Sold Lane", standard_status="Closed", close_price=1, close_date=NOW.date())
    assert set(found()) == {"1 Active Lane", "2 Soon Lane"}


def test_every_criterion_narrows() -> None:
    home("1 Right Lane")
    home("2 Dear Lane", list_price=460_000)
    home("3 Cheap Lane", list_price=200_000)
    home("4 Small Lane", bedrooms_total=2)
    home("5 Bathless Lane", bathrooms_total=1)
    home("6 Tiny Lane", living_area=800)
    home("7 Condo Lane", property_sub_type="Condominium")
    wanted: dict[str, Any] = {
        "price_min": 300_000,
        "price_max": 450_000,
        "beds_min": 3,
        "baths_min": 1.5,
        "living_area_min": 1500,
        "sub_types": ("SingleFamilyResidence",),
    }
    assert found(**wanted) == ["1 Right Lane"]


def test_features_are_all_required() -> None:
    home("1 Pool Lane", features=["pool", "ac"], garage_spaces=2, stories=1)
    home("2 Dry Lane", features=["ac"], garage_spaces=2, stories=1)
    home("3 Tall Lane", features=["pool", "ac"], garage_spaces=2, stories=2)
    home("4 Street Lane", features=["pool", "ac"], garage_spaces=0, stories=1)
    assert found(must_have=("pool", "ac", "garage", "single_story")) == ["1 Pool Lane"]


def test_a_features_name_inside_another_is_not_it() -> None:
    home("1 Lane", features=["accessible_entry"])
    assert refusal(must_have=("ac",)).code == "NO_MATCH"


def test_order_and_limit_are_kept_and_the_total_counts_all() -> None:
    for price in (300_000, 100_000, 200_000):
        home(f"{price} Lane", list_price=price)
    assert found(sort=Sort.PRICE_DESC, limit=2) == ["300000 Lane", "200000 Lane"]
    assert find_homes(HomeSearch(limit=2), now=NOW).total == 3


@pytest.mark.parametrize("said", ["Willow Creek", "willow creek", "Willow Creak", "Willowcreek"])
def test_a_neighbourhood_is_understood_as_it_sounds(said: str) -> None:
    home("1 Willow Lane")
    home("2 Cedar Lane", subdivision_name="Cedar Hollow")
    assert found(areas=neighborhood(said)) == ["1 Willow Lane"]


def test_a_place_of_the_wrong_kind_is_still_the_place() -> None:
    home("1 Willow Lane")
    assert found(areas=(Area("city", "Willow Creek"),)) == ["1 Willow Lane"]
    assert found(areas=(Area("neighborhood", "78799"),)) == ["1 Willow Lane"]


def test_a_postal_code_must_match_exactly() -> None:
    home("1 Willow Lane")
    assert refusal(areas=(Area("postal", "78798"),)).code == "UNKNOWN_AREA"


def test_an_unknown_place_comes_with_suggestions() -> None:
    home("1 Willow Lane")
    home("2 Cedar Lane", subdivision_name="Cedar Hollow")
    no = refusal(areas=neighborhood("Cedar Mellow Park"))
    assert no.code == "UNKNOWN_AREA"
    assert no.details["suggestions"] == ["Cedar Hollow"]
    assert "Cedar Hollow" in no.say


def test_a_contradictory_price_range_is_refused() -> None:
    assert refusal(price_min=500_000, price_max=400_000).code == "INVALID_RANGE"


def test_no_match_names_the_nearest_concession() -> None:
    home("1 Almost Lane", list_price=470_000)
    no = refusal(price_max=450_000, beds_min=3)
    assert no.code == "NO_MATCH"
    assert no.details["relaxation"]["change"] == "up to $495,000"
    assert [item["address"] for item in no.details["relaxation"]["items"]] == ["1 Almost Lane"]
    assert no.say.endswith("Up to $495,000 I have one home. Shall I tell you more?")


def test_features_are_given_up_before_rooms_and_rooms_before_the_place() -> None:
    home("1 Plain Lane", bedrooms_total=2)
    no = refusal(must_have=("pool",), beds_min=3, areas=neighborhood("Willow Creek"))
    assert no.details["relaxations_tried"] == ["without the extra features", "with 2 bedrooms", "in other areas"]
    assert no.details["relaxation"] is None


def test_an_empty_market_has_no_nearest_match() -> None:
    no = refusal(price_max=450_000)
    assert no.code == "NO_MATCH"
    assert no.details["relaxation"] is None


def test_listings_older_than_a_day_are_not_quoted(settings: Settings) -> None:
    make_listing(modification_timestamp=NOW - timedelta(hours=25))
    assert refusal().code == "STALE_DATA"
    settings.LISTINGS_STALE_AFTER_HOURS = 0
    assert len(found()) == 1


def test_a_published_home_is_said_with_price_and_rooms() -> None:
    listing = make_listing(unparsed_address="14 Orchard Lane", features=["pool"])
    told = listing_as_json(listing)
    assert told["spoken"] == "14 Orchard Lane in Willow Creek, $425,000, 3 bedrooms, 2 baths"
    assert told["fact"] == "it has a pool"
    assert "public_remarks" not in told
