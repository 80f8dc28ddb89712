"""Test calls side by side: where they go, when they are done, what the table says."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.timezone import now

from calls.agent.outcome import ProposedOutcome, propose_outcome
from calls.call_log.callbacks import promise_call_back
from calls.call_log.events import log_event
from calls.comparison.runs import is_settled, start_comparison, succeeded, table
from calls.lifecycle.placing import Refusal
from calls.models import Call, CallMeasurement, CallType, Comparison, EventKind, Recording
from leads.models import Lead
from tests.calls.carrier_stub import Carrier
from tests.calls.comparison.lines import LINES
from tests.people import make_lead

pytestmark = pytest.mark.django_db


ALL = list(CallType)


def started(lead: Lead, by: User, types: list[CallType] = ALL, **more: Any) -> Comparison:
    result = start_comparison(lead=lead, types=types, placed_by=by, **more)
    assert isinstance(result, Comparison)
    return result


def test_each_call_of_a_comparison_gets_a_test_line_of_its_own(lines: Carrier, lead: Lead, omar: User) -> None:
    comparison = started(lead, omar)
    dialed = {call.type: str(call.to_number) for call in comparison.calls.all()}
    assert dialed == dict(zip(ALL, LINES.split(), strict=True))
    assert {call.status for call in comparison.calls.all()} == {"placed"}
    assert len(lines.created()) == 3


def test_a_comparison_remembers_what_was_known_when_it_began(lines: Carrier, lead: Lead, omar: User) -> None:
    comparison = started(lead, omar)
    assert comparison.briefing["first_name"] == lead.first_name
    assert json.dumps(comparison.briefing)
    assert comparison.agent_mode == "buyer"


def test_without_test_lines_the_lead_is_called_one_call_after_the_other(
    carrier: Carrier, lead: Lead, omar: User
) -> None:
    comparison = started(lead, omar, [CallType.CONVERSATIONAL, CallType.REALTIME])
    statuses = [call.status for call in comparison.calls.order_by("queued_at")]
    assert statuses == ["placed", "queued"]
    assert {str(call.to_number) for call in comparison.calls.all()} == {str(lead.phone)}


def test_a_comparison_nobody_may_hold_is_a_refusal_and_leaves_no_empty_row(carrier: Carrier, omar: User) -> None:
    unreachable = make_lead(phone="", email="maria@example.com", owner=omar)
    refused = start_comparison(lead=unreachable, types=ALL, placed_by=omar)
    assert isinstance(refused, Refusal)
    assert refused.blocked
    assert not Comparison.objects.exists()


def test_a_second_comparison_with_the_same_lead_waits_for_the_end_of_the_first(
    lines: Carrier, lead: Lead, omar: User, mona: User
) -> None:
    first = started(lead, omar)
    second = start_comparison(lead=lead, types=ALL, placed_by=mona)
    assert isinstance(second, Refusal)
    assert [block.rule for block in second.blocked] == ["comparing"]
    assert Comparison.objects.count() == 1
    first.calls.update(status="completed", ended_at=now())
    assert isinstance(start_comparison(lead=lead, types=ALL, placed_by=mona), Comparison)


def test_what_is_promised_on_a_test_line_is_owed_to_nobody(lines: Carrier, lead: Lead, omar: User) -> None:
    call = started(lead, omar).calls.get(type="realtime")
    assert promise_call_back(call, reason="the AI could not hear the lead")
    propose_outcome(call, ProposedOutcome("callback_requested", "Wants a call.", "Call on Friday"), at=now())
    lead.refresh_from_db()
    assert (lead.activities.filter(kind="task").count(), lead.next_action_at) == (0, None)


def test_what_is_promised_on_the_leads_own_number_is_owed(carrier: Carrier, lead: Lead, omar: User) -> None:
    call = started(lead, omar).calls.get(type="realtime")
    assert promise_call_back(call, reason="the AI could not hear the lead")
    assert lead.activities.filter(kind="task").count() == 1


def test_a_comparison_is_settled_when_every_recording_is_taken_in(lines: Carrier, lead: Lead, omar: User) -> None:
    comparison = started(lead, omar, [CallType.REALTIME])
    call = comparison.calls.get()
    assert not is_settled(comparison)
    Call.objects.filter(pk=call.pk).update(status="completed", answered_at=now(), ended_at=now())
    assert not is_settled(comparison)  # its recording has not been announced
    recording = Recording.objects.create(call=call, sid="RE1")
    assert not is_settled(comparison)
    log_event(call.pk, EventKind.RECORDING_TAKEN_IN, dedupe_key=f"{EventKind.RECORDING_TAKEN_IN}:{recording.sid}")
    assert is_settled(comparison)
    assert succeeded(comparison)


def test_a_recording_that_never_comes_is_not_waited_for_for_ever(lines: Carrier, lead: Lead, omar: User) -> None:
    comparison = started(lead, omar, [CallType.REALTIME])
    comparison.calls.update(status="completed", answered_at=now(), ended_at=now())
    assert is_settled(comparison, at=now() + timedelta(minutes=5))


def test_an_unanswered_call_is_settled_but_no_success(lines: Carrier, lead: Lead, omar: User) -> None:
    comparison = started(lead, omar, [CallType.REALTIME])
    comparison.calls.update(status="no_answer", ended_at=now())
    assert is_settled(comparison)
    assert not succeeded(comparison)


def test_the_table_says_what_came_of_each_call(held: Comparison) -> None:
    result = json.loads(json.dumps(table(held)))
    assert result["comparison"]["id"] == str(held.pk)
    assert result["comparison"]["settled"] is True
    (call,) = result["calls"]
    assert (call["type"], call["status"], call["turns"]) == ("realtime", "completed", 2)
    assert call["interrupted_turns"] == 1
    assert call["latency_ms"] == {"p50": 820, "p95": 1400, "answers": 3, "basis": "recording"}
    assert call["tools"] == [{"name": "search_listings", "ok": True}]
    assert call["appointment"]["type"] == "buyer_consult"
    assert call["recording"]["rms"] == [0.05, 0.06]
    assert call["recording"]["url"] == reverse("recording_audio", args=[Recording.objects.get().pk])
    assert "path" not in call["recording"]
    assert call["cost"]["unpriced"] == ["new.meter"]
    assert Decimal(call["cost"]["total"]) == Decimal("0.028")
    assert call["fallbacks"] == [{"part": "model", "to": "conversation", "reason": "socket closed"}]


def test_before_the_recording_is_there_latency_is_the_servers_and_says_so(held: Comparison) -> None:
    CallMeasurement.objects.all().delete()
    assert table(held)["calls"][0]["latency_ms"] == {"p50": 300, "p95": 300, "answers": 1, "basis": "server"}
