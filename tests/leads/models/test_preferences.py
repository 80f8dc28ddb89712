"""What leads want, as rows."""

import pytest
from django.db import IntegrityError, transaction

from leads.models import BuyerPreferences, Lead, SellerProperty


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"price_min": 500_000, "price_max": 400_000}, "buyer_price_range"),
        ({"preapproval_amount": 400_000, "preapproval": "in_progress"}, "buyer_amount_needs_approval"),
    ],
)
def test_the_database_refuses_what_contradicts_itself(lead: Lead, fields: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        BuyerPreferences.objects.create(lead=lead, **fields)


def test_a_lead_has_one_row_of_preferences(lead: Lead) -> None:
    assert str(BuyerPreferences.objects.create(lead=lead)) == "Preferences of Maria Lopez"
    with pytest.raises(IntegrityError), transaction.atomic():
        BuyerPreferences.objects.create(lead=lead)


def test_a_home_is_filed_once_however_its_address_is_capitalized(lead: Lead) -> None:
    assert str(SellerProperty.objects.create(lead=lead, address="14 Orchard Lane")) == "14 Orchard Lane"
    with pytest.raises(IntegrityError), transaction.atomic():
        SellerProperty.objects.create(lead=lead, address="14 ORCHARD lane")


@pytest.mark.parametrize("condition", [0, 6])
def test_a_condition_is_one_to_five(lead: Lead, condition: int) -> None:
    with pytest.raises(IntegrityError, match="seller_condition_1_5"), transaction.atomic():
        SellerProperty.objects.create(lead=lead, address="14 Orchard Lane", condition=condition)
