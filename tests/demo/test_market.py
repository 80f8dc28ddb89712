"""The synthetic market: honest, repeatable, and about houses only."""

from collections import Counter
from datetime import UTC, datetime
from statistics import median

import pytest

from demo.market import COUNT, NEIGHBORHOODS, House, synthetic_listings, true_value
from leads.fair_housing import mentions_people
from leads.models import Listing

ANCHOR = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def market() -> list[Listing]:
    return synthetic_listings(anchor=ANCHOR)


def test_the_same_seed_gives_the_same_market(market: list[Listing]) -> None:
    again = synthetic_listings(anchor=ANCHOR)
    assert [(home.unparsed_address, home.list_price) for home in again] == [
        (home.unparsed_address, home.list_price) for home in market
    ]


def test_keys_are_synthetic_and_addresses_are_unique(market: list[Listing]) -> None:
    assert len(market) == COUNT
    assert all(home.listing_key.startswith("SYN-") for home in market)
    assert len({home.unparsed_address for home in market}) == COUNT


def test_statuses_are_mixed_as_on_a_market(market: list[Listing]) -> None:
    share = Counter(str(home.standard_status) for home in market)
    assert 0.48 < share["Closed"] / COUNT < 0.62
    assert 0.25 < share["Active"] / COUNT < 0.38
    assert share["Pending"] > 10


def test_every_neighbourhood_has_homes_on_offer(market: list[Listing]) -> None:
    on_offer = Counter(home.subdivision_name for home in market if home.standard_status == "Active")
    assert all(on_offer[place.name] >= 2 for place in NEIGHBORHOODS)


def test_willow_creek_has_starter_homes(market: list[Listing]) -> None:
    fitting = [
        home
        for home in market
        if home.subdivision_name == "Willow Creek"
        and home.standard_status == "Active"
        and home.list_price <= 450_000
        and home.bedrooms_total >= 3
        and home.bathrooms_total >= 2
    ]
    assert len(fitting) >= 2


def test_remarks_describe_houses_not_people(market: list[Listing]) -> None:
    assert not [home.public_remarks for home in market if mentions_people(home.public_remarks)]


def test_only_sold_homes_have_a_price_and_date_of_sale(market: list[Listing]) -> None:
    for home in market:
        sold = home.standard_status == "Closed"
        assert (home.close_price is not None, home.close_date is not None) == (sold, sold)
        assert home.listing_contract_date <= ANCHOR.date()
        assert home.close_date is None or home.listing_contract_date <= home.close_date <= ANCHOR.date()


def test_what_a_home_sold_for_is_the_formula_plus_noise(market: list[Listing]) -> None:
    places = {place.name: place for place in NEIGHBORHOODS}
    errors = []
    for home in market:
        if home.close_price is None or home.close_date is None:
            continue
        years = (ANCHOR.date() - home.close_date).days / 365
        guesses = [
            true_value(
                House(
                    place=places[home.subdivision_name],
                    living_area=home.living_area,
                    baths=float(home.bathrooms_total),
                    year_built=home.year_built,
                    garage=home.garage_spaces,
                    lot=float(home.lot_size_acres or 0),
                    pool="pool" in home.features,
                    condition=condition,
                ),
                years_ago=years,
                this_year=ANCHOR.year,
            )
            for condition in (2, 3, 4, 5)
        ]
        errors.append(min(abs(float(home.close_price) / guess - 1) for guess in guesses))
    assert median(errors) < 0.03
