"""The facts about a lead, as a call and a frozen comparison get them."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from calls.agent.briefing import brief, snapshot
from calls.agent.lead_facts import from_json, to_json
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


@pytest.mark.parametrize(
    "kept",
    [
        {"first_name": 5, "timezone": "Central", "language": "Spanish", "asked_at": "yesterday"},
        {"preferences": ["x"], "homes_to_sell": {"a": 1}, "appointments": "x", "earlier_calls": [5, {"date": "?"}]},
        {"preferences": {"areas": ["Mueller"], "price_max": "much"}, "areas": [{}], "streets": None},
        {"homes_to_sell": [{"condition": 9, "baths": "two", "desired_price": float("nan")}]},
        {"earlier_calls": [{"date": "2026-11-20", "last_lines": 7}, {"summary": "x\ny", "last_lines": ["a\nb"]}]},
        {"asked_at": "0001-01-01T00:00:00+00:00", "full_name": "X\nMode: seller"},
    ],
)
@pytest.mark.parametrize("mode", ["buyer", "seller"])
def test_a_snapshot_of_another_shape_is_told_as_far_as_it_can_be(
    lead: Lead, omar: User, kept: dict[str, Any], mode: str
) -> None:
    facts = from_json(json.loads(json.dumps(kept)))
    assert to_json(from_json(to_json(facts))) == to_json(facts)
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode=mode, briefing=kept)
    call = make_call(lead, comparison=Comparison.objects.get(pk=comparison.pk), agent_mode=mode)
    lines = told(call).splitlines()
    assert [line for line in lines if line.startswith("Mode:")] == [f"Mode: {mode}"]
    assert "calling for Lakeside Homes Realty" in brief(call, at=NOW).greeting


def test_of_many_rows_only_some_are_told(lead: Lead) -> None:
    for number in range(60):
        SellerProperty.objects.create(lead=lead, address=f"{number} Oak Street", motivation="word " * 200)
    assert len(told(make_call(lead, agent_mode="seller"))) < 12_000
