"""What the agent is told and what every caller hears first."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from calls.agent.briefing import brief, snapshot
from calls.models import Call, Comparison
from leads.models import Lead, SellerProperty
from tests.calls.agent.told import NOW, know, told
from tests.people import make_call, make_lead, make_listing

pytestmark = pytest.mark.django_db


def test_the_instructions_open_with_plain_facts(lead: Lead) -> None:
    lines = told(make_call(lead)).splitlines()
    assert lines[0] == "Mode: buyer"
    assert "Brokerage: Lakeside Homes Realty" in lines
    assert "Lead's first name: Maria" in lines
    assert "Today is Sunday, 2026-11-22, 14:05 (America/Chicago)" in lines
    assert "Unknown: area, budget, bedrooms, timeframe, financing" in lines
    assert "Buyer agreement: none yet" in lines


def test_what_is_known_is_told_and_not_asked(lead: Lead) -> None:
    area = [{"kind": "neighborhood", "name": "Willow Creek"}]
    know(lead, areas=area, price_max=Decimal(450_000), preapproval="approved", agreement_signed_at=NOW)
    lines = told(make_call(lead)).splitlines()
    assert "Areas: Willow Creek" in lines
    assert "Budget: up to $450,000" in lines
    assert "Preapproval: approved" in lines
    assert "Buyer agreement: signed" in lines
    assert "Unknown: bedrooms, timeframe" in lines


def test_a_sellers_agent_is_told_of_the_home(lead: Lead) -> None:
    SellerProperty.objects.create(
        lead=lead, address="12 Oak Street", beds=3, baths=2, condition=4, desired_price=400_000
    )
    lines = told(make_call(lead, agent_mode="seller")).splitlines()
    assert lines[0] == "Mode: seller"
    assert {"Address: 12 Oak Street", "Bedrooms: 3", "Bathrooms: 2", "Condition: 4 of 5, good"} <= set(lines)
    assert "Desired price: $400,000" in lines
    assert "Unknown: timeframe, listed with another agent" in lines


def test_calls_of_a_comparison_know_what_was_known_when_it_began(lead: Lead, omar: User) -> None:
    frozen = snapshot(lead)
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer", briefing=frozen)
    comparison.refresh_from_db()
    know(lead, price_max=Decimal(450_000))
    call = make_call(lead, comparison=comparison)
    call = Call.objects.select_related("comparison").get(pk=call.pk)
    assert "Budget" not in told(call)
    assert "Unknown: area, budget" in told(call)


def test_the_recognizer_is_given_names_places_and_streets(lead: Lead) -> None:
    make_listing(unparsed_address="14 Orchard Lane", subdivision_name="Willow Creek")
    hints = brief(make_call(lead), at=NOW).hints
    assert {"Maria", "Lopez", "Riley", "Willow Creek", "Orchard Lane"} <= set(hints)
    assert len(hints) == len(set(hints))


def test_a_briefing_carries_language_and_tools(lead: Lead) -> None:
    briefing = brief(make_call(lead), at=NOW)
    assert briefing.language == "en-US"
    assert next(tool.name for tool in briefing.tools) == "search_listings"


def test_no_day_to_come_is_told_as_the_day_the_lead_asked(omar: User) -> None:
    asked = told(make_call(make_lead(source="website", captured_at=NOW - timedelta(days=2))))
    mistaken = told(make_call(make_lead(source="website", captured_at=NOW + timedelta(days=2))))
    assert "The lead asked us on 2026-11-20 (source website)" in asked
    assert "The lead asked us (source website)" in mistaken
