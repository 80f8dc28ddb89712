"""Usage, prices and measurements: booked and measured once."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from calls.models import CallMeasurement, Price, Usage
from tests.people import make_call

pytestmark = pytest.mark.django_db


def test_a_use_is_booked_once_per_meter_and_key() -> None:
    call = make_call()
    Usage.objects.create(call=call, meter="polly.character", quantity=12, key="clip-1")
    Usage.objects.create(call=call, meter="polly.character", quantity=12, key="clip-2")
    with pytest.raises(IntegrityError):
        Usage.objects.create(call=call, meter="polly.character", quantity=12, key="clip-1")


def test_a_price_changes_by_a_new_row_for_a_later_date() -> None:
    first = {"meter": "new.meter", "unit_price": Decimal("0.01"), "effective_from": date(2026, 1, 1)}
    Price.objects.create(**first)
    Price.objects.create(**first | {"effective_from": date(2026, 7, 1)})
    with pytest.raises(IntegrityError), transaction.atomic():
        Price.objects.create(**first)
    with pytest.raises(IntegrityError):
        Price.objects.create(meter="other.meter", unit_price=Decimal(-1), effective_from=date(2026, 1, 1))


def test_a_metric_is_measured_once_on_each_basis() -> None:
    call = make_call()
    for basis in ("recording", "server"):
        CallMeasurement.objects.create(call=call, metric="response_latency_p50", value=820, unit="ms", basis=basis)
    with pytest.raises(IntegrityError):
        CallMeasurement.objects.create(call=call, metric="response_latency_p50", value=900, unit="ms")
