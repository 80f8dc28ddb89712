"""What the agent is told and what every caller hears first."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from calls.agent.briefing import brief, chat_history, snapshot
from calls.models import Call, Comparison, ToolUse, Turn
from leads.models import Appointment, BuyerPreferences, Lead, SellerProperty
from tests.people import make_call, make_lead, make_listing

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


def test_nobody_is_told_they_asked_when_they_did_not(lead: Lead) -> None:
    call = make_call(make_lead(source="import", intent="seller"), agent_mode="seller")
    greeting = brief(call, at=NOW).greeting
    assert "You asked" not in greeting
    assert "I'm calling about selling your home." in greeting


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


def test_earlier_calls_are_told_with_their_last_words(lead: Lead) -> None:
    ended_call(lead, outcome="callback_requested", summary="Was driving.", lines=("Call me on Sunday.",))
    instructions = told(make_call(lead, queued_at=NOW))
    assert "- 2026-11-21, realtime call, Callback requested. Was driving." in instructions
    assert "Call me on Sunday." in instructions


def test_only_the_last_three_answered_calls_are_told(lead: Lead) -> None:
    for days_ago in range(1, 6):
        ended_call(lead, days_ago=days_ago, summary=f"Call {days_ago}.")
    Call.objects.filter(summary="Call 2.").update(answered_at=None)
    instructions = told(make_call(lead, queued_at=NOW))
    assert [f"Call {number}." in instructions for number in (1, 2, 3, 4, 5)] == [True, False, True, True, False]


def test_a_test_call_to_another_number_is_not_the_leads_history(lead: Lead, omar: User) -> None:
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    ended_call(lead, comparison=comparison, to_number="+15125550181", summary="A test line spoke.")
    assert "A test line spoke." not in told(make_call(lead, queued_at=NOW))


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


def test_calls_of_a_comparison_know_what_was_known_when_it_began(lead: Lead, omar: User) -> None:
    frozen = snapshot(lead)
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer", briefing=frozen)
    comparison.refresh_from_db()
    know(lead, price_max=Decimal(450_000))
    call = make_call(lead, comparison=comparison)
    call = Call.objects.select_related("comparison").get(pk=call.pk)
    assert "Budget" not in told(call)
    assert "Unknown: area, budget" in told(call)


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


def test_the_recogniser_hears_of_names_places_and_streets(lead: Lead) -> None:
    make_listing(unparsed_address="14 Orchard Lane", subdivision_name="Willow Creek")
    hints = brief(make_call(lead), at=NOW).hints
    assert {"Maria", "Lopez", "Riley", "Willow Creek", "Orchard Lane"} <= set(hints)
    assert len(hints) == len(set(hints))


def test_a_briefing_carries_language_and_tools(lead: Lead) -> None:
    briefing = brief(make_call(lead), at=NOW)
    assert briefing.language == "en-US"
    assert next(tool.name for tool in briefing.tools) == "search_listings"


def test_no_rule_of_conduct_reads_like_a_known_fact(lead: Lead) -> None:
    conduct = told(make_call(lead)).split("How you speak:")[1]
    facts = ("area", "budget", "bedrooms", "timeframe", "financing", "address", "price")
    assert not [line for line in conduct.splitlines() if line.lower().startswith(tuple(f"{fact}:" for fact in facts))]


class TestContinuation:
    """The conversation so far, as the next engine gets it."""

    def say(self, call: Call, place: int, speaker: str, text: str, *, second: int) -> None:
        Turn.objects.create(
            call=call,
            speaker=speaker,
            engine="realtime",
            text=text,
            item_id=f"i{place}",
            position=place,
            created_at=NOW + timedelta(seconds=second),
        )

    def use(self, call: Call, *, second: int, result: dict[str, Any] | None) -> None:
        ToolUse.objects.create(
            call=call,
            name="search_listings",
            tool_call_id=f"c{second}",
            engine="realtime",
            arguments={"beds_min": 3},
            result=result,
            started_at=NOW + timedelta(seconds=second),
        )

    def test_turns_and_tools_come_in_order(self, lead: Lead) -> None:
        call = make_call(lead)
        self.say(call, 0, "agent", "How many bedrooms?", second=0)
        self.say(call, 10, "lead", "Three.", second=5)
        self.use(call, second=6, result={"ok": True, "data": {"total": 2}})
        self.say(call, 20, "agent", "I found two.", second=9)
        messages = chat_history(call)
        assert [message["role"] for message in messages] == ["assistant", "user", "assistant", "tool", "assistant"]
        assert messages[2]["tool_calls"][0]["function"] == {"name": "search_listings", "arguments": '{"beds_min": 3}'}
        assert json.loads(messages[3]["content"]) == {"ok": True, "data": {"total": 2}}
        assert messages[3]["tool_call_id"] == messages[2]["tool_calls"][0]["id"]

    def test_a_transcript_that_came_late_still_stands_before_the_tool_it_led_to(self, lead: Lead) -> None:
        call = make_call(lead, answered_at=NOW)
        self.say(call, 0, "agent", "How many bedrooms?", second=0)
        self.say(call, 10, "lead", "Three.", second=7)
        Turn.objects.filter(position=10).update(started_ms=4500)
        self.use(call, second=6, result={"ok": True, "data": {}})
        self.say(call, 20, "agent", "I found two.", second=9)
        roles = [message["role"] for message in chat_history(call)]
        assert roles == ["assistant", "user", "assistant", "tool", "assistant"]

    def test_what_gather_heard_stands_behind_the_tools_of_the_answer_before_however_early_it_seems_to_begin(
        self, lead: Lead
    ) -> None:
        call = make_call(lead, answered_at=NOW)
        self.say(call, 0, "agent", "Let me look.", second=0)
        self.use(call, second=6, result={"ok": True, "data": {}})
        self.say(call, 10, "lead", "Before you go on.", second=9)
        Turn.objects.filter(position=10).update(started_ms=4500, engine="conversation")
        assert [message["role"] for message in chat_history(call)] == ["assistant", "assistant", "tool", "user"]

    def test_a_tool_that_never_answered_says_so(self, lead: Lead) -> None:
        call = make_call(lead)
        self.use(call, second=1, result=None)
        assert json.loads(chat_history(call)[1]["content"])["error"]["code"] == "UNFINISHED"

    def test_only_what_was_heard_counts_as_said(self, lead: Lead) -> None:
        call = make_call(lead)
        Turn.objects.create(
            call=call, speaker="agent", engine="realtime", text="I found", generated_text="I found two.", item_id="i"
        )
        Turn.objects.create(call=call, speaker="lead", engine="realtime", text=" ", item_id="j", position=1)
        assert chat_history(call) == [{"role": "assistant", "content": "I found"}]

    def test_a_word_that_bridged_a_wait_does_not_follow_the_callers_last_words(self, lead: Lead) -> None:
        call = make_call(lead)
        self.say(call, 0, "lead", "I'm pre-approved.", second=0)
        self.say(call, 10, "agent", "One moment, please.", second=2)
        Turn.objects.filter(position=10).update(filler=True)
        assert chat_history(call) == [{"role": "user", "content": "I'm pre-approved."}]

    def test_of_a_long_call_the_opening_what_was_done_and_the_last_exchanges_are_told(
        self, lead: Lead, settings: Settings
    ) -> None:
        settings.CHAT_HISTORY_TOKENS = 500
        call = make_call(lead)
        greeting = brief(call).greeting
        self.say(call, 0, "agent", greeting, second=0)
        self.use(call, second=1, result={"ok": True, "data": {"items": [{"listing_key": "K", "spoken": "1 Oak Lane"}]}})
        for turn in range(1, 40):
            self.say(call, 2 * turn, "lead", f"What about {turn}?", second=10 * turn)
            self.say(call, 2 * turn + 1, "agent", f"That is {turn}.", second=10 * turn + 5)
        opening, told, *kept = chat_history(call)
        assert opening == {"role": "assistant", "content": greeting}
        assert "1 Oak Lane (listing_key K)" in told["content"]
        assert kept[-1] == {"role": "assistant", "content": "That is 39."}
        assert len(kept) < 40
