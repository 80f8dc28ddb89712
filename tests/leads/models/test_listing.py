"""Listings as rows."""

import pytest
from django.db import IntegrityError, transaction

from leads.models import Listing
from tests.people import make_listing

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"list_price": 0}, "listing_price_positive"),
        ({"standard_status": "Closed"}, "listing_closed_has_price_and_date"),
        ({"close_price": 400_000}, "listing_closed_has_price_and_date"),
    ],
)
def test_the_database_refuses(changes: dict[str, object], constraint: str) -> None:
    home = make_listing()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Listing.objects.filter(pk=home.pk).update(**changes)


def test_a_key_is_given_once() -> None:
    make_listing(listing_key="SYN-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_listing(listing_key="SYN-1")


def test_listings_are_named_by_address_and_come_cheapest_first() -> None:
    make_listing(list_price=500_000, unparsed_address="9 Mill Road")
    make_listing(list_price=300_000, unparsed_address="14 Orchard Lane")
    assert [str(home) for home in Listing.objects.all()] == ["14 Orchard Lane", "9 Mill Road"]
