"""The end of a call: once, with its outcome, and with what the lead's timeline and stage say of it."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils.timezone import now

from calls.lifecycle import ending
from calls.models import CallStatus, Comparison, Disposition, Turn
from leads.models import Lead
from tests.calls.lifecycle.reports import fresh, tell


def test_an_answered_call_is_contact(lead: Lead) -> None:
    call = fresh(lead)
    tell(call, "in-progress", 2)
    tell(call, "completed", 3, seconds=60)
    call.refresh_from_db()
    lead.refresh_from_db()
    assert (lead.attempts, lead.stage, lead.first_contact_at) == (1, "contacted", call.answered_at)
    assert lead.last_activity_at is not None
    assert set(lead.activities.values_list("kind", flat=True)) == {"call", "stage"}


def test_a_second_call_does_not_move_the_firsts(lead: Lead) -> None:
    for status in ("no-answer", "busy"):
        tell(fresh(lead), status, 3)
    lead.refresh_from_db()
    assert lead.attempts == 2
    assert lead.first_attempt_at == lead.calls.order_by("placed_at")[0].placed_at


def test_a_later_stage_is_not_set_back(lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(stage="qualified")
    tell(fresh(lead), "no-answer", 3)
    lead.refresh_from_db()
    assert lead.stage == "qualified"


def test_a_test_call_to_another_line_is_on_the_timeline_but_no_attempt(lead: Lead, omar: User) -> None:
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    call = fresh(lead, to_number="+15125550181", comparison=comparison)
    tell(call, "in-progress", 2)
    tell(call, "completed", 3, seconds=60)
    lead.refresh_from_db()
    assert (lead.attempts, lead.stage, lead.first_attempt_at) == (0, "new", None)
    assert "test call" in lead.activities.get().summary


def test_a_lost_answer_is_reckoned_from_the_duration(lead: Lead) -> None:
    call = fresh(lead)
    tell(call, "completed", 3, seconds=60)
    call.refresh_from_db()
    assert call.answered_at is not None
    assert call.ended_at is not None
    assert call.ended_at - call.answered_at == timedelta(seconds=60)


def test_a_short_answered_call_in_which_nothing_was_said_was_hung_up_early(lead: Lead) -> None:
    call = fresh(lead, status="in_progress", answered_at=now() - timedelta(seconds=5))
    tell(call, "completed", 3, seconds=5)
    call.refresh_from_db()
    assert call.outcome == Disposition.HUNG_UP_EARLY


def test_a_short_call_in_which_the_lead_spoke_was_not(lead: Lead) -> None:
    call = fresh(lead, status="in_progress", answered_at=now() - timedelta(seconds=5))
    Turn.objects.create(call=call, speaker="lead", engine="realtime", text="Not now, sorry", item_id="i1")
    tell(call, "completed", 3, seconds=5)
    call.refresh_from_db()
    assert call.outcome == Disposition.NONE


def test_what_the_ai_found_is_not_overwritten(lead: Lead) -> None:
    call = fresh(lead, status="in_progress", outcome="appointment_set", outcome_by_ai=True)
    tell(call, "completed", 3, seconds=5)
    call.refresh_from_db()
    assert call.outcome == Disposition.APPOINTMENT_SET


def test_a_call_ends_once(lead: Lead) -> None:
    call = fresh(lead)
    assert ending.record_end(call, CallStatus.FAILED, reason="test")
    assert not ending.record_end(call, CallStatus.COMPLETED, reason="test")
    assert lead.activities.filter(kind="call").count() == 1
