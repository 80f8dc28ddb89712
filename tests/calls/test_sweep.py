"""The sweep: what webhooks never said is asked for, and nothing is dialed twice."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now
from pytest_django import DjangoCaptureOnCommitCallbacks

from calls.compliance.hold_back import TASK
from calls.models import Call, CallEvent, CallType, Comparison, ConversationStep, EngineSpan, Recording, ToolUse
from calls.sweep import sweep
from leads.models import Lead
from tests.calls.carrier_stub import Carrier
from tests.people import make_call, make_lead


def ago(**time: float) -> datetime:
    return now() - timedelta(**time)


def unanswered(lead: Lead, **fields: Any) -> Call:
    """A call whose request to the carrier was never answered."""
    defaults = {"status": "dialing", "twilio_sid": None, "answered_at": None, "placed_at": ago(seconds=60)}
    return make_call(lead, **defaults | fields)


def silent(lead: Lead, **fields: Any) -> Call:
    """A live call of which nothing was heard for minutes."""
    call = make_call(lead, **{"placed_at": ago(minutes=5), "answered_at": ago(minutes=4)} | fields)
    CallEvent.objects.create(call=call, kind="answered", at=ago(minutes=4))
    return call


def test_a_call_the_carrier_has_is_adopted_and_brought_up_to_date(lead: Lead, carrier: Carrier) -> None:
    call = unanswered(lead)
    sid = carrier.add_call(to=str(lead.phone), status="ringing", created=ago(seconds=59))
    assert sweep()["found"] == 1
    call.refresh_from_db()
    assert (call.twilio_sid, call.status, call.error_code) == (sid, "ringing", "")
    assert not carrier.created()


def test_a_regular_call_is_looked_for_at_the_staff_s_phone(lead: Lead, omar: User, carrier: Carrier) -> None:
    call = unanswered(lead, type=CallType.REGULAR, placed_by=omar)
    sid = carrier.add_call(to="+15125550190", created=ago(seconds=59))
    sweep()
    call.refresh_from_db()
    assert call.twilio_sid == sid


def test_another_attempt_s_call_is_not_adopted(lead: Lead, carrier: Carrier) -> None:
    known = carrier.add_call(to=str(lead.phone), created=ago(seconds=59))
    make_call(lead, status="completed", ended_at=now(), twilio_sid=known)
    call = unanswered(lead)
    sweep()
    call.refresh_from_db()
    assert (call.twilio_sid, call.status) == (None, "dialing")


def test_a_call_the_carrier_never_had_is_given_up_after_two_minutes(lead: Lead, carrier: Carrier) -> None:
    call = unanswered(lead, error_code="no_answer", error_message="No answer")
    assert sweep()["found"] == 0
    assert sweep(now() + timedelta(seconds=90))["found"] == 1
    call.refresh_from_db()
    assert (call.status, call.error_code) == ("failed", "no_answer")
    assert not carrier.created()


def test_a_call_just_asked_for_is_left_alone(lead: Lead, carrier: Carrier) -> None:
    unanswered(lead, placed_at=now())
    sweep()
    assert not carrier.requests


def test_a_call_nobody_handed_to_the_carrier_is_not_dialed_late(lead: Lead, carrier: Carrier) -> None:
    old = Call.objects.create(type="realtime", lead=lead, to_number=lead.phone, queued_at=ago(minutes=2))
    new = Call.objects.create(type="realtime", lead=lead, to_number=lead.phone)
    assert sweep()["forgotten"] == 1
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.status, new.status) == ("canceled", "queued")
    assert not carrier.created()


def test_waiting_calls_of_a_comparison_are_placed(lead: Lead, omar: User, carrier: Carrier) -> None:
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    Call.objects.create(
        type="realtime", lead=lead, to_number=lead.phone, comparison=comparison, placed_by=omar, queued_at=ago(hours=1)
    )
    assert sweep()["placed"] == 1
    assert len(carrier.created()) == 1


@pytest.mark.parametrize(
    ("carrier_status", "duration", "status"),
    [("completed", "61", "completed"), ("no-answer", None, "no_answer"), ("failed", None, "failed")],
)
def test_a_call_that_ended_unheard_is_ended(
    lead: Lead, carrier: Carrier, carrier_status: str, duration: str | None, status: str
) -> None:
    sid = carrier.add_call(to=str(lead.phone), status=carrier_status, duration=duration)
    call = silent(lead, twilio_sid=sid)
    assert sweep()["settled"] == 1
    call.refresh_from_db()
    assert call.status == status
    assert call.duration_seconds == (int(duration) if duration else None)


def test_a_call_that_goes_on_in_silence_goes_on(lead: Lead, carrier: Carrier) -> None:
    call = silent(lead, twilio_sid=carrier.add_call(to=str(lead.phone), status="in-progress"))
    assert sweep()["settled"] == 0
    call.refresh_from_db()
    assert call.status == "in_progress"
    before = len(carrier.requests)
    sweep()
    assert len(carrier.requests) == before  # asked a moment ago


def test_a_talkative_call_is_not_asked_after(lead: Lead, carrier: Carrier) -> None:
    call = silent(lead)
    CallEvent.objects.create(call=call, kind="turn", at=now())
    sweep()
    assert not carrier.requests


def test_a_call_past_its_limit_is_hung_up(lead: Lead, carrier: Carrier) -> None:
    sid = carrier.add_call(to=str(lead.phone), status="in-progress")
    silent(lead, twilio_sid=sid, placed_at=ago(minutes=30))
    sweep()
    assert carrier.calls[sid]["status"] == "completed"


def test_a_call_the_carrier_does_not_know_has_failed(lead: Lead, carrier: Carrier) -> None:
    call = silent(lead)
    sweep()
    call.refresh_from_db()
    assert (call.status, call.error_code) == ("failed", "20404")


def test_a_carrier_in_trouble_stops_nothing_else(lead: Lead, omar: User, carrier: Carrier) -> None:
    first = silent(lead)
    second = silent(make_lead(), twilio_sid=carrier.add_call(to="+15125550111", status="completed", duration="5"))
    carrier.will_refuse(500, 20500, "Internal error")
    sweep()
    statuses = set(Call.objects.filter(pk__in=[first.pk, second.pk]).values_list("status", flat=True))
    assert "in_progress" in statuses
    assert statuses & {"completed", "failed"}


def test_a_missing_recording_is_fetched_again_ever_more_rarely(
    lead: Lead, carrier: Carrier, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    call = make_call(lead, status="completed", ended_at=now())
    Recording.objects.create(call=call, sid="RE1", created_at=ago(seconds=30))
    moments = [0, 1, 1.2, 1.5, 2, 3, 4, 5, 6, 8, 9]
    with django_capture_on_commit_callbacks():
        tries = [sweep(now() + timedelta(minutes=minutes))["recordings"] for minutes in moments]
    assert tries == [0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0]
    assert sweep(now() + timedelta(days=2))["recordings"] == 0


def test_a_recording_whose_announcement_was_lost_is_found(
    lead: Lead, carrier: Carrier, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    sid = "RE" + "4" * 32
    carrier.recordings = [{"sid": sid, "status": "completed", "duration": "12", "call_sid": "CA1"}]
    call = make_call(lead, status="completed", ended_at=ago(minutes=3))
    with django_capture_on_commit_callbacks() as callbacks:
        assert sweep()["unannounced"] == 1
    recording = call.recordings.get()
    assert (recording.sid, recording.status, recording.seconds) == (sid, "announced", 12)
    assert recording.source_url.endswith(f"/Recordings/{sid}")
    assert callbacks
    assert sweep()["unannounced"] == 0


def test_a_recording_still_in_the_making_is_looked_for_again(lead: Lead, carrier: Carrier) -> None:
    carrier.recordings = [{"sid": "RE" + "4" * 32, "status": "processing", "duration": None, "call_sid": "CA1"}]
    make_call(lead, status="completed", ended_at=ago(minutes=3))
    assert [sweep(now() + timedelta(minutes=minutes))["unannounced"] for minutes in (0, 0.5, 1.5)] == [0, 0, 0]
    assert sum(one.path.endswith("/Recordings.json") for one in carrier.requests) == 2
    assert not Recording.objects.exists()


def parted(lead: Lead, carrier: Carrier, *, seconds: float) -> Call:
    """A call on which we said goodbye so long ago, and something else just now."""
    call = make_call(lead, twilio_sid=carrier.add_call(to=str(lead.phone), status="completed", duration="12"))
    CallEvent.objects.create(call=call, kind="goodbye", at=ago(seconds=seconds))
    CallEvent.objects.create(call=call, kind="turn")
    return call


def test_fm17_a_line_that_should_have_ended_with_our_goodbye_is_asked_after_soon(lead: Lead, carrier: Carrier) -> None:
    call = parted(lead, carrier, seconds=20)
    assert sweep()["settled"] == 1
    call.refresh_from_db()
    assert call.status == "completed"


def test_a_goodbye_just_said_is_left_to_be_heard(lead: Lead, carrier: Carrier) -> None:
    parted(lead, carrier, seconds=5)
    assert sweep()["settled"] == 0


def test_a_caller_who_talks_on_after_a_goodbye_is_not_asked_after_in_every_round(lead: Lead, carrier: Carrier) -> None:
    call = parted(lead, carrier, seconds=20)
    carrier.calls[str(call.twilio_sid)]["status"] = "in-progress"
    sweep()
    asked = len(carrier.requests)
    sweep()
    assert len(carrier.requests) == asked


def left_behind(call: Call, *, seconds: float) -> tuple[ConversationStep, ToolUse]:
    """An answer and a tool that were in the making so long ago, when their process died."""
    parts = [{"text": "Let me see.", "digest": "", "seconds": 1.0}]
    at = ago(seconds=seconds)
    step = ConversationStep.objects.create(call=call, number=1, received_at=at, answered_at=at, parts=parts)
    use = ToolUse.objects.create(
        call=call, name="search_listings", tool_call_id="c1", engine="conversation", started_at=ago(seconds=seconds)
    )
    return step, use


def test_what_a_dead_process_left_of_an_ended_call_is_closed_with_what_was_said(lead: Lead, carrier: Carrier) -> None:
    step, use = left_behind(make_call(lead, status="completed", ended_at=ago(seconds=25)), seconds=30)
    assert sweep()["closed"] == 2
    step.refresh_from_db()
    use.refresh_from_db()
    assert (step.failure, step.finished_at is None) == ("stalled", False)
    assert list(step.call.turns.values_list("text", flat=True)) == ["Let me see."]
    assert use.ok is False
    assert use.result is not None
    assert use.result["error"]["code"] == "INTERRUPTED"


@pytest.mark.parametrize(("status", "seconds"), [("in_progress", 30), ("completed", 5)])
def test_what_may_still_be_worked_on_is_left_open(lead: Lead, carrier: Carrier, status: str, seconds: float) -> None:
    ended_at = ago(seconds=1) if status == "completed" else None
    step, _ = left_behind(make_call(lead, status=status, ended_at=ended_at), seconds=seconds)
    CallEvent.objects.create(call=step.call, kind="turn")
    assert sweep()["closed"] == 0
    assert not ConversationStep.objects.filter(finished_at__isnull=False).exists()
    assert not ToolUse.objects.filter(ok__isnull=False).exists()


def held_to_the_end(lead: Lead, **fields: Any) -> Call:
    """A completed call whose last engine was the realtime one."""
    times = {"answered_at": ago(minutes=3), "ended_at": ago(minutes=2)}
    call = make_call(lead, type=CallType.REALTIME, **{"status": "completed", **times} | fields)
    EngineSpan.objects.create(call=call, engine="realtime", started_at=ago(minutes=3), ended_at=ago(minutes=2))
    return call


def test_a_call_whose_engine_never_let_go_was_cut_off_and_is_called_back(lead: Lead, carrier: Carrier) -> None:
    call = held_to_the_end(lead)
    assert [sweep()["cut_off"] for _ in range(2)] == [1, 0]
    call.refresh_from_db()
    assert call.outcome == "ai_error"
    assert [task.summary for task in lead.activities.filter(kind="task")] == [
        "Call back: a fault of ours cut the call off",
        TASK,
    ]


def test_a_call_whose_engine_let_go_was_not_cut_off(lead: Lead, carrier: Carrier) -> None:
    call = held_to_the_end(lead)
    CallEvent.objects.create(call=call, kind="engine_left", at=ago(minutes=2))
    assert sweep()["cut_off"] == 0


def test_an_engine_that_let_go_earlier_can_still_be_cut_off_later(lead: Lead, carrier: Carrier) -> None:
    call = held_to_the_end(lead)
    CallEvent.objects.create(call=call, kind="engine_left", at=ago(minutes=4))
    assert sweep()["cut_off"] == 1


@pytest.mark.parametrize(
    ("status", "ended"),
    [("failed", timedelta(minutes=2)), ("completed", timedelta(seconds=10)), ("completed", timedelta(hours=2))],
)
def test_what_is_too_young_too_old_or_no_conversation_was_not_cut_off(
    lead: Lead, carrier: Carrier, status: str, ended: timedelta
) -> None:
    held_to_the_end(lead, status=status, ended_at=now() - ended)
    assert sweep()["cut_off"] == 0


def test_a_call_that_went_on_with_another_engine_was_not_cut_off(lead: Lead, carrier: Carrier) -> None:
    call = held_to_the_end(lead)
    EngineSpan.objects.create(call=call, engine="conversation", started_at=ago(minutes=2.5), ended_at=ago(minutes=2))
    assert sweep()["cut_off"] == 0


@pytest.mark.parametrize(("goodbye", "cut_off"), [(False, 1), (True, 0)])
def test_a_conversational_call_whose_process_died_in_an_answer_was_cut_off_and_not_hung_up(
    lead: Lead, carrier: Carrier, goodbye: bool, cut_off: int
) -> None:
    call = make_call(
        lead, type=CallType.CONVERSATIONAL, status="completed", answered_at=ago(minutes=3), ended_at=ago(minutes=2)
    )
    ConversationStep.objects.create(call=call, number=1, heard="Do you have a garden?", received_at=ago(minutes=2.1))
    if goodbye:
        CallEvent.objects.create(call=call, kind="goodbye")
    assert [sweep()["cut_off"] for _ in range(2)] == [cut_off, 0]
    assert lead.activities.filter(kind="task", summary__startswith="Call back").count() == cut_off


def test_one_that_was_hung_up_on_while_nothing_was_due_was_not(lead: Lead, carrier: Carrier) -> None:
    call = make_call(
        lead, type=CallType.CONVERSATIONAL, status="completed", answered_at=ago(minutes=3), ended_at=ago(minutes=2)
    )
    ConversationStep.objects.create(call=call, number=1, received_at=ago(minutes=2.5), finished_at=ago(minutes=2.4))
    assert sweep()["cut_off"] == 0
