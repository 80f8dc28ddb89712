"""The facts about a lead, as a call and a frozen comparison get them."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from calls.agent.briefing import snapshot
from calls.models import Call, Comparison
from leads.models import Appointment, Lead, SellerProperty
from tests.calls.agent.told import NOW, ended_call, know, told
from tests.people import make_call

pytestmark = pytest.mark.django_db


def test_booked_appointments_are_told(lead: Lead, omar: User) -> None:
    start = NOW + timedelta(days=2)
    Appointment.objects.create(
        lead=lead,
        agent=omar,
        type="buyer_consult",
        start_at=start,
        end_at=start + timedelta(hours=1),
        timezone="America/Chicago",
    )
    line = "Already booked: Buyer consultation on Tuesday, November twenty-fourth at 2:05 PM with Omar Haddad"
    assert line in told(make_call(lead))


def test_a_snapshot_survives_json(lead: Lead, omar: User) -> None:
    know(lead, price_max=Decimal(450_000), baths_min=Decimal("2.5"), areas=[{"kind": "city", "name": "Lakeside"}])
    SellerProperty.objects.create(lead=lead, address="12 Oak Street", baths=Decimal("1.5"))
    ended_call(lead, lines=("Hello?",))
    frozen = snapshot(lead)
    assert json.loads(json.dumps(frozen)) == json.loads(json.dumps(frozen, sort_keys=True))
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer", briefing=frozen)
    call = Call.objects.select_related("comparison").get(pk=make_call(lead, comparison=comparison).pk)
    assert "Budget: up to $450,000" in told(call)
    assert "Hello?" in told(call)
