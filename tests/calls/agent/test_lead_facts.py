"""The facts about a lead, as a call and a frozen comparison get them."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from calls.agent.briefing import brief, snapshot
from calls.models import Call, Comparison, Turn
from leads.models import Appointment, BuyerPreferences, Lead, SellerProperty
from tests.people import make_call

NOW = datetime(2026, 11, 22, 20, 5, tzinfo=UTC)  # Sunday 14:05 in Chicago


pytestmark = pytest.mark.django_db


def told(call: Call) -> str:
    return brief(call, at=NOW).instructions


def know(lead: Lead, **fields: Any) -> None:
    BuyerPreferences.objects.create(lead=lead, **fields)


def ended_call(lead: Lead, *, days_ago: int = 1, lines: tuple[str, ...] = (), **fields: Any) -> Call:
    queued = NOW - timedelta(days=days_ago)
    call = make_call(lead, status="completed", ended_at=queued, queued_at=queued, answered_at=queued, **fields)
    for place, line in enumerate(lines):
        Turn.objects.create(
            call=call, speaker="lead", engine="realtime", text=line, item_id=f"i{place}", position=place
        )
    return call


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
