"""Saving what a seller tells: one row per home, found again however the address is said."""

import uuid
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from leads.errors import ServiceError
from leads.models import Activity, Lead, SellerProperty
from leads.profile.provenance import StatementSource
from leads.profile.seller_homes import known_property, save_seller_property
from tests.people import make_lead

SOURCE = StatementSource(at=datetime(2026, 11, 23, 15, 0, tzinfo=UTC), call_id=uuid.uuid4())
pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Lead:
    return make_lead(intent="unknown")


def save(lead: Lead, address: str, **details: Any) -> SellerProperty:
    return save_seller_property(lead, address, details, source=SOURCE)


def test_a_home_is_saved_and_told_to_the_timeline(seller: Lead) -> None:
    home = save(seller, "14 Orchard Lane", beds=3, baths=2.5, condition=4, desired_price=400_000, timeframe="3_6m")
    home.refresh_from_db()
    assert (home.beds, home.baths, home.condition, home.desired_price) == (3, Decimal("2.5"), 4, Decimal(400_000))
    assert Activity.objects.get(lead=seller).summary.startswith("14 Orchard Lane: ")
    seller.refresh_from_db()
    assert (seller.intent, seller.timeframe) == (Lead.Intent.SELLER, "3_6m")
    assert home.provenance["beds"]["call_id"] == str(SOURCE.call_id)


@pytest.mark.parametrize("again", ["14 orchard lane", "14 Orchard Ln.", "14, Orchard Lane, Lakeside", "Orchard Lane"])
def test_the_same_home_is_found_again(seller: Lead, again: str) -> None:
    first = save(seller, "14 Orchard Lane", beds=3)
    second = save(seller, again, baths=2)
    assert second.pk == first.pk
    assert (second.beds, second.address) == (3, "14 Orchard Lane")


@pytest.mark.parametrize("other", ["140 Orchard Lane", "15 Orchard Lane", "14 Harvest Drive"])
def test_another_number_or_street_is_another_home(seller: Lead, other: str) -> None:
    save(seller, "14 Orchard Lane")
    save(seller, other)
    assert SellerProperty.objects.filter(lead=seller).count() == 2


def test_an_address_that_fits_two_homes_is_asked_for(seller: Lead) -> None:
    save(seller, "14 Orchard Lane")
    save(seller, "90 Orchard Lane")
    with pytest.raises(ServiceError) as refused:
        save(seller, "Orchard Lane", beds=3)
    assert refused.value.code == "ADDRESS_AMBIGUOUS"
    assert sorted(refused.value.details["candidates"]) == ["14 Orchard Lane", "90 Orchard Lane"]


def test_a_home_listed_elsewhere_is_noted_and_left_alone(seller: Lead) -> None:
    with pytest.raises(ServiceError) as refused:
        save(seller, "14 Orchard Lane", listed_elsewhere="yes")
    assert refused.value.code == "LISTED_ELSEWHERE"
    assert SellerProperty.objects.get(lead=seller).listed_elsewhere == "yes"


def test_only_news_reaches_the_timeline(seller: Lead) -> None:
    save(seller, "14 Orchard Lane", beds=3)
    save(seller, "14 Orchard Lane", beds=3)
    assert Activity.objects.filter(lead=seller).count() == 1


def test_another_leads_home_is_not_touched(seller: Lead) -> None:
    save(seller, "14 Orchard Lane", beds=3)
    save(make_lead(), "14 Orchard Lane", beds=5)
    assert SellerProperty.objects.get(lead=seller).beds == 3


def test_what_was_not_said_says_nothing(seller: Lead) -> None:
    save(seller, "14 Orchard Lane", beds=3)
    home = save(seller, "14 Orchard Lane", beds=None, baths=2)
    assert known_property(home) == {"address": "14 Orchard Lane", "beds": 3, "baths": 2.0}
