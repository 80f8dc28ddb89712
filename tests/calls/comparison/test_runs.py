"""Test calls side by side: where they go, when they are done, what the table says."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils.timezone import now

from calls.agent.outcome import ProposedOutcome, propose_outcome
from calls.call_log.callbacks import promise_call_back
from calls.call_log.events import log_event
from calls.comparison.runs import is_settled, start_comparison, succeeded, table
from calls.lifecycle.placing import Refusal
from calls.management.commands.compare_calls import aligned, find_lead, read_types, rows
from calls.models import Call, CallMeasurement, CallType, Comparison, EventKind, Recording, ToolUse, Turn, Usage
from calls.recordings.wav import Sound, encode
from leads.models import Appointment, Lead
from tests.calls.carrier_stub import Carrier
from tests.people import make_call, make_lead

pytestmark = pytest.mark.django_db
ALL = list(CallType)
LINES = "+15125550181 +15125550182 +15125550183"


@pytest.fixture
def lines(carrier: Carrier, settings: Any) -> Carrier:
    """A carrier, and three test lines for the buyer."""
    settings.TEST_LINES = {"buyer": LINES}
    return carrier


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


@pytest.fixture
def held(lead: Lead, omar: User, settings: Any, tmp_path: Path) -> Comparison:
    """A comparison of one realtime call with everything on it."""
    settings.MEDIA_ROOT = tmp_path
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    call = make_call(
        lead, comparison=comparison, status="completed", ended_at=now(), duration_seconds=61, placed_by=omar
    )
    Turn.objects.create(
        call=call, speaker="agent", engine="realtime", text="Hi", item_id="1", latency_ms=300, interrupted=True
    )
    Turn.objects.create(call=call, speaker="lead", engine="realtime", text="Hello", item_id="2", position=10)
    ToolUse.objects.create(call=call, name="search_listings", tool_call_id="c1", ok=True, engine="realtime")
    Appointment.objects.create(
        lead=lead, agent=omar, type="buyer_consult", start_at=now(), end_at=now() + timedelta(hours=1),
        timezone="America/Chicago", call_id=call.pk, is_test=True,
    )  # fmt: skip
    recording = Recording.objects.create(
        call=call, sid="RE1", status=Recording.Status.STORED, seconds=60.5, channels=2, rms=[0.05, 0.06]
    )
    recording.file.save("RE1.wav", ContentFile(encode(Sound(np.zeros((80, 2), np.int16), 8000))))
    CallMeasurement.objects.create(
        call=call, metric="response_latency_p50", value=820, unit="ms", detail={"each": [780, 820, 1400]}
    )
    Usage.objects.create(call=call, meter="twilio.outbound_minute", quantity=Decimal(2), key="call")
    Usage.objects.create(call=call, meter="new.meter", quantity=Decimal(2), key="call")
    log_event(call.pk, EventKind.FALLBACK, part="model", to="conversation", reason="socket closed")
    log_event(call.pk, EventKind.RECORDING_TAKEN_IN, dedupe_key=f"{EventKind.RECORDING_TAKEN_IN}:RE1")
    return comparison


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


def test_the_printed_table_is_aligned(held: Comparison) -> None:
    lines = aligned(rows(table(held))).splitlines()
    assert len(lines) == 3
    assert lines[0].index("status") == lines[2].index("completed")
    assert "820" in lines[2]
    assert "new.meter" in lines[2]


# --- The command -----------------------------------------------------------------------------------


def test_the_lead_is_found_by_id_by_phone_or_as_the_first(lead: Lead, omar: User) -> None:
    make_lead()
    assert find_lead(str(lead.pk)) == find_lead(str(lead.phone)) == find_lead("first") == lead


@pytest.mark.parametrize("wanted", ["nobody", "+15125559999", "5f1ab1b0-0000-4000-8000-000000000000"])
def test_a_lead_nobody_knows_is_named_in_the_error(wanted: str) -> None:
    with pytest.raises(CommandError, match=wanted.replace("+", r"\+")):
        find_lead(wanted)


def test_types_are_taken_once_each_and_unknown_ones_refused() -> None:
    assert read_types("realtime, regular,realtime") == [CallType.REALTIME, CallType.REGULAR]
    for bad in ("", "fax", "realtime,fax"):
        with pytest.raises(CommandError):
            read_types(bad)


def test_an_unknown_persona_is_refused_before_anybody_is_called(lines: Carrier, lead: Lead) -> None:
    with pytest.raises(CommandError, match="buyer"):
        call_command("compare_calls", "first", "--persona", "martian")
    assert lines.created() == []


def test_calls_that_are_not_over_in_time_are_an_error_but_still_shown(
    lines: Carrier, lead: Lead, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="Not over"):
        call_command("compare_calls", "first", "--types", "realtime", "--wait", "0", "--json")
    shown = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [call["status"] for call in shown["calls"]] == ["placed"]


def test_a_call_that_failed_is_an_error_and_shown(
    lines: Carrier, lead: Lead, capsys: pytest.CaptureFixture[str]
) -> None:
    lines.will_refuse(400, 21211, "Invalid 'To' Phone Number")
    with pytest.raises(CommandError, match="not held"):
        call_command("compare_calls", "first", "--types", "realtime", "--wait", "5")
    assert "failed (21211)" in capsys.readouterr().out
