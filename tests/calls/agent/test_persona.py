"""The opening every caller hears, and the rules of conduct."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User

from calls.agent.briefing import brief
from calls.agent.persona import Persona, opening, screening_introduction
from calls.models import AgentMode
from leads.models import Lead
from tests.calls.agent.told import NOW, told
from tests.people import make_call, make_lead, make_listing

pytestmark = pytest.mark.django_db


def test_the_opening_says_who_how_to_stop_and_that_it_is_recorded_in_that_order(omar: User) -> None:
    listing = make_listing(unparsed_address="14 Orchard Lane")
    lead = make_lead(source="portal", captured_at=NOW - timedelta(days=2), inquiry_listing=listing)
    assert brief(make_call(lead), at=NOW).greeting == (
        "Hi, I'm Riley, an AI assistant calling for Lakeside Homes Realty. "
        "Say stop or press 9 to opt out. This call is recorded. "
        "You asked about 14 Orchard Lane on Friday. "
        "Is this Maria, and is now a good time?"
    )


@pytest.mark.parametrize(
    ("days", "said"), [(0, "today"), (1, "yesterday"), (6, "on Monday"), (7, "on November fifteenth")]
)
def test_the_opening_says_when_the_lead_asked(omar: User, days: int, said: str) -> None:
    lead = make_lead(source="website", captured_at=NOW - timedelta(days=days))
    assert f"You asked about buying a home {said}." in brief(make_call(lead), at=NOW).greeting


@pytest.mark.parametrize(
    ("asked", "now", "said"),
    [
        (
            "2025-10-24T15:00:00+00:00",
            "2026-10-24T15:00:00+00:00",
            "You asked about buying a home on October twenty-fourth, 2025.",
        ),
        (
            "2024-02-29T15:00:00+00:00",
            "2026-10-24T15:00:00+00:00",
            "You asked about buying a home on February twenty-ninth, 2024.",
        ),
        (
            "2025-12-20T15:00:00+00:00",
            "2026-01-05T15:00:00+00:00",
            "You asked about buying a home on December twentieth, 2025.",
        ),
        ("2025-12-31T15:00:00+00:00", "2026-01-01T15:00:00+00:00", "You asked about buying a home yesterday."),
        ("2026-10-25T15:00:00+00:00", "2026-10-24T15:00:00+00:00", "You asked about buying a home."),
        ("2027-10-24T15:00:00+00:00", "2026-10-24T15:00:00+00:00", "You asked about buying a home."),
        ("2026-10-24T20:00:00+00:00", "2026-10-24T15:00:00+00:00", "You asked about buying a home today."),
        # Midnight in the lead's zone, Chicago, parts the days.
        ("2026-10-24T04:59:00+00:00", "2026-10-24T05:01:00+00:00", "You asked about buying a home yesterday."),
        (
            "2026-01-01T05:59:00+00:00",
            "2026-01-09T06:01:00+00:00",
            "You asked about buying a home on December thirty-first, 2025.",
        ),
    ],
)
def test_a_day_of_another_year_is_said_with_it_and_no_day_to_come_is_said(asked: str, now: str, said: str) -> None:
    assert said in _opening(asked_at=datetime.fromisoformat(asked), now=datetime.fromisoformat(now))


@pytest.mark.parametrize(
    ("first_name", "about", "question"),
    [
        ("🏡 MARIA", "", "Is this Maria, and is now a good time?"),
        ("<break time='9s'/>Maria", "", "Is this Maria, and is now a good time?"),
        ("https://example.com", "", "Is now a good time?"),
        ("\u202eMaria", "<b>4508 DUVAL ST</b>", "Is this Maria, and is now a good time?"),
    ],
)
def test_nothing_but_words_of_a_record_is_in_the_opening(first_name: str, about: str, question: str) -> None:
    said = _opening(first_name=first_name, about=about)
    assert said.endswith(f"I'm calling about {'4508 DUVAL ST' if about else 'buying a home'}. {question}")


def _opening(
    *, first_name: str = "Maria", about: str = "", asked_at: datetime | None = None, now: datetime = NOW
) -> str:
    persona, zone = Persona("Riley", "Lakeside Homes Realty"), ZoneInfo("America/Chicago")
    return opening(
        persona, first_name=first_name, mode=AgentMode.BUYER, about=about, asked_at=asked_at, now=now, zone=zone
    )


def test_nobody_is_told_they_asked_when_they_did_not(lead: Lead) -> None:
    call = make_call(make_lead(source="import", intent="seller"), agent_mode="seller")
    greeting = brief(call, at=NOW).greeting
    assert "You asked" not in greeting
    assert "I'm calling about selling your home." in greeting


def test_no_rule_of_conduct_reads_like_a_known_fact(lead: Lead) -> None:
    conduct = told(make_call(lead)).split("How you speak:")[1]
    facts = ("area", "budget", "bedrooms", "timeframe", "financing", "address", "price")
    assert not [line for line in conduct.splitlines() if line.lower().startswith(tuple(f"{fact}:" for fact in facts))]


@pytest.mark.parametrize(
    ("first_name", "question"),
    [("Maria", "Is this Maria, and is now a good time?"), ("", "Is now a good time?")],
)
def test_a_lead_without_a_first_name_is_not_asked_for_by_name(first_name: str, question: str) -> None:
    said = opening(
        Persona("Riley", "Lakeside Homes Realty"),
        first_name=first_name,
        mode=AgentMode.BUYER,
        about="",
        asked_at=None,
        now=NOW,
        zone=ZoneInfo("America/Chicago"),
    )
    assert said.endswith(f"I'm calling about buying a home. {question}")


def test_an_assistant_that_screens_hears_who_calls_that_it_is_an_ai_and_why() -> None:
    persona = Persona("Riley", "Lakeside Homes Realty")
    said = screening_introduction(persona, first_name="Maria", mode=AgentMode.SELLER, about="")
    assert said == (
        "This is Riley, an AI assistant calling for Lakeside Homes Realty about selling your home. "
        "May I speak to Maria, please?"
    )
    assert "May I" not in screening_introduction(persona, first_name="", mode=AgentMode.BUYER, about="14 Orchard Lane")
