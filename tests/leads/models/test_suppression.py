"""Suppressed numbers."""

import pytest
from django.db import IntegrityError, transaction

from leads.models import Lead, Suppression

pytestmark = pytest.mark.django_db
PHONE = "+15125550177"


def test_a_number_is_suppressed_once() -> None:
    Suppression.objects.create(phone=PHONE, reason="manual")
    with pytest.raises(IntegrityError), transaction.atomic():
        Suppression.objects.create(phone=PHONE, reason="keypad")


@pytest.mark.parametrize("phone", ["", "0123", "+0125550177"])
def test_only_e164_numbers_are_stored(phone: str) -> None:
    row = Suppression.objects.create(phone=PHONE, reason="manual")
    with pytest.raises(IntegrityError, match="suppression_phone_is_e164"), transaction.atomic():
        Suppression.objects.filter(pk=row.pk).update(phone=phone)


def test_it_outlives_the_lead(lead: Lead) -> None:
    row = Suppression.objects.create(phone=lead.phone, reason="verbal_request")
    lead.delete()
    assert str(Suppression.objects.get(pk=row.pk)) == "No calls at all (Asked on a call)"
