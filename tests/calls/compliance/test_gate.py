"""The compliance gate: what it refuses, in which words, and that it fails shut."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now
from pytest_django import Settings

from calls.compliance.gate import Block, Facts, blocks_json, decide, may_dial, reason_list, reason_sentences
from calls.models import CallType
from leads.models import Lead, Suppression
from tests.people import make_call, make_lead

CLEAR = Facts(
    number="+15125550123",
    call_type=CallType.REALTIME,
    archived=False,
    own_line=False,
    suppression="",
    live_calls=0,
    capacity=20,
    number_is_live=False,
    rings_staff=False,
    staff_phone="",
)


def rules(facts: Facts) -> set[str]:
    return {block.rule for block in decide(facts).blocked}


def test_a_lead_with_a_free_valid_number_may_be_called() -> None:
    assert decide(CLEAR).allowed


@pytest.mark.parametrize(
    "number",
    [
        "",
        "5125550123",
        "+1512555",
        "+10000000000",
        "+911",
        "+18005550123",  # toll-free
        "+19005550123",  # premium
        "+442079460123",  # another country
        "+15125550123\n",
    ],
)
def test_a_number_one_may_not_dial_is_refused(number: str) -> None:
    assert "D1" in rules(replace(CLEAR, number=number))


@pytest.mark.parametrize("call_type", CallType)
def test_a_number_that_said_stop_is_called_by_nobody(call_type: CallType) -> None:
    assert rules(replace(CLEAR, call_type=call_type, suppression="company")) == {"D2"}


def test_a_number_that_wants_no_ai_may_be_called_by_a_person() -> None:
    assert rules(replace(CLEAR, suppression="ai_only")) == {"D2"}
    assert decide(replace(CLEAR, suppression="ai_only", call_type=CallType.REGULAR)).allowed


def test_a_line_of_our_own_is_exempt_from_the_consumers_rules_and_the_decision_says_so() -> None:
    decision = decide(replace(CLEAR, own_line=True, suppression="company"))
    assert decision.allowed
    assert decision.exempt == ("D2",)


def test_a_line_of_our_own_is_not_exempt_from_the_others() -> None:
    facts = replace(CLEAR, own_line=True, number_is_live=True, live_calls=20, archived=True)
    assert rules(facts) == {"D11", "capacity", "D2-archived"}


def test_a_regular_call_needs_a_phone_to_ring() -> None:
    facts = replace(CLEAR, rings_staff=True)
    assert rules(facts) == {"staff_phone"}
    assert decide(replace(facts, staff_phone="+15125550190")).allowed
    assert rules(replace(facts, staff_phone=CLEAR.number)) == {"staff_phone"}


def test_all_reasons_are_told_at_once() -> None:
    facts = replace(CLEAR, number="", archived=True, live_calls=99)
    assert rules(facts) == {"D1", "D2-archived", "capacity"}


def test_only_a_busy_line_is_worth_waiting_for() -> None:
    assert decide(replace(CLEAR, number_is_live=True, live_calls=20)).may_wait
    assert not decide(replace(CLEAR, number_is_live=True, suppression="company")).may_wait
    assert not decide(CLEAR).may_wait


def test_a_process_that_is_leaving_places_no_call_and_waiting_helps() -> None:
    decision = decide(replace(CLEAR, draining=True))
    assert {block.rule for block in decision.blocked} == {"draining"}
    assert decision.may_wait


def test_the_facts_come_from_the_rows(lead: Lead, omar: User, settings: Settings) -> None:
    settings.MAX_LIVE_CALLS = 1
    Suppression.objects.create(phone=lead.phone, reason="manual")
    call = make_call(lead)
    decision = may_dial(lead, CallType.REGULAR, now(), placed_by=omar)
    assert {block.rule for block in decision.blocked} == {"D2", "D11", "capacity"}
    assert {block.rule for block in may_dial(lead, CallType.REGULAR, now(), placed_by=omar, call=call).blocked} == {
        "D2"
    }


def test_an_ended_call_takes_no_line(lead: Lead, settings: Settings) -> None:
    settings.MAX_LIVE_CALLS = 1
    make_call(lead, status="completed", ended_at=now())
    assert may_dial(lead, CallType.REALTIME, now()).allowed


def test_an_archived_lead_is_not_called(db: None) -> None:
    assert not may_dial(make_lead(archived_at=now()), CallType.REALTIME, now()).allowed
    assert not may_dial(make_lead(stage="archived"), CallType.REALTIME, now()).allowed


def test_whatever_fails_refuses(lead: Lead, settings: Settings) -> None:
    settings.MAX_LIVE_CALLS = "many"
    decision = may_dial(lead, CallType.REALTIME, now())
    assert [block.rule for block in decision.blocked] == ["error"]
    assert not decision.may_wait
    settings.MAX_LIVE_CALLS = 20
    assert may_dial(lead, CallType.REALTIME, now()).allowed


def test_reasons_read_as_one_line_or_as_sentences() -> None:
    blocked = (Block("capacity", "All lines are busy"), Block("D2-archived", "The lead is archived"))
    assert reason_list(blocked) == "All lines are busy; The lead is archived"
    assert reason_sentences(blocked) == "All lines are busy. The lead is archived."
    assert blocks_json(blocked)[0] == {"rule": "capacity", "reason": "All lines are busy"}
