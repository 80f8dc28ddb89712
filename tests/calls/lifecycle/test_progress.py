"""How calls go on: reports twice, late, out of order or never; machines; the two legs of a regular call."""

from itertools import permutations

import pytest

from calls.lifecycle.progress import StatusReport, record_lead_leg
from calls.models import Call, CallType, Disposition, Engine, EngineSpan
from leads.models import Lead
from tests.calls.lifecycle.reports import fresh, tell

LEG = "CA" + "e" * 32


def tell_lead_leg(call: Call, status: str, sequence: int | str = "", *, seconds: int | None = None) -> bool:
    return record_lead_leg(call, StatusReport(LEG, status, str(sequence), seconds))


def regular(lead: Lead) -> Call:
    return fresh(lead, type=CallType.REGULAR)


def test_a_call_goes_from_placed_to_completed(lead: Lead) -> None:
    call = fresh(lead)
    seen = []
    for number, status in enumerate(["initiated", "ringing", "in-progress", "completed"]):
        tell(call, status, number, seconds=42 if status == "completed" else None)
        call.refresh_from_db()
        seen.append(call.status)
    assert seen == ["placed", "ringing", "in_progress", "completed"]
    assert call.duration_seconds == 42
    assert call.answered_at is not None
    assert call.ended_at is not None


@pytest.mark.parametrize("order", list(permutations(["ringing", "in-progress", "completed"])))
def test_fm24_in_whatever_order_reports_come_the_call_ends_completed_with_its_answer(
    lead: Lead, order: tuple[str, ...]
) -> None:
    call = fresh(lead)
    numbers = {"ringing": 1, "in-progress": 2, "completed": 3}
    for status in order:
        tell(call, status, numbers[status], seconds=30 if status == "completed" else None)
    call.refresh_from_db()
    assert call.status == "completed"
    assert call.answered_at is not None
    assert lead.activities.filter(kind="call").count() == 1


def test_a_repeated_report_is_no_news(lead: Lead) -> None:
    call = fresh(lead)
    assert tell(call, "ringing", 1)
    assert not tell(call, "ringing", 1)
    assert tell(call, "completed", 2)
    assert not tell(call, "completed", 2)
    lead.refresh_from_db()
    assert lead.attempts == 1


def test_an_ended_call_never_comes_back(lead: Lead) -> None:
    call = fresh(lead)
    tell(call, "no-answer", 3)
    assert not tell(call, "in-progress", 2)
    assert not tell(call, "completed", 4)
    call.refresh_from_db()
    assert (call.status, call.answered_at) == ("no_answer", None)


def test_an_unknown_status_is_ignored(lead: Lead) -> None:
    call = fresh(lead)
    assert not tell(call, "levitating", 1)
    call.refresh_from_db()
    assert call.status == "placed"


@pytest.mark.parametrize(
    ("carrier_status", "status", "outcome"),
    [
        ("busy", "busy", Disposition.BUSY),
        ("no-answer", "no_answer", Disposition.NO_ANSWER),
        ("failed", "failed", Disposition.FAILED),
        ("canceled", "canceled", Disposition.NONE),
    ],
)
def test_an_unanswered_call_says_what_came_of_it_and_counts_as_an_attempt(
    lead: Lead, carrier_status: str, status: str, outcome: Disposition
) -> None:
    call = fresh(lead)
    tell(call, carrier_status, 3, sip="486")
    call.refresh_from_db()
    lead.refresh_from_db()
    assert (call.status, call.outcome) == (status, outcome)
    assert (lead.attempts, lead.stage, lead.first_contact_at) == (1, "attempting", None)
    assert lead.first_attempt_at == call.placed_at


def test_a_failed_call_keeps_the_sip_code(lead: Lead) -> None:
    call = fresh(lead)
    tell(call, "failed", 3, sip="603")
    call.refresh_from_db()
    assert call.error_code == "sip_603"


def test_the_first_engine_takes_the_line_and_lets_go_at_the_end(lead: Lead) -> None:
    call = fresh(lead)
    tell(call, "in-progress", 2)
    assert EngineSpan.objects.get(call=call, ended_at__isnull=True).engine == Engine.REALTIME
    tell(call, "completed", 3, seconds=5)
    assert not EngineSpan.objects.filter(call=call, ended_at__isnull=True).exists()


def test_a_regular_call_is_in_progress_when_the_lead_answers_not_the_staff(lead: Lead) -> None:
    call = regular(lead)
    tell(call, "ringing", 1)
    tell(call, "in-progress", 2)
    call.refresh_from_db()
    assert (call.status, call.answered_at) == ("ringing", None)
    tell_lead_leg(call, "ringing", 1)
    tell_lead_leg(call, "in-progress", 2)
    call.refresh_from_db()
    assert (call.status, call.lead_leg_sid) == ("in_progress", LEG)
    tell_lead_leg(call, "completed", 3, seconds=50)
    call.refresh_from_db()
    assert call.status == "in_progress"
    tell(call, "completed", 3, seconds=70)
    call.refresh_from_db()
    assert (call.status, call.duration_seconds) == ("completed", 70)
    assert EngineSpan.objects.get(call=call).engine == Engine.HUMAN


@pytest.mark.parametrize(
    ("leg", "status", "outcome"),
    [("no-answer", "no_answer", "no_answer"), ("busy", "busy", "busy"), ("failed", "failed", "failed")],
)
def test_a_lead_who_does_not_answer_decides_what_came_of_a_regular_call(
    lead: Lead, leg: str, status: str, outcome: str
) -> None:
    call = regular(lead)
    tell(call, "in-progress", 2)
    tell_lead_leg(call, leg, 3)
    tell(call, "completed", 3, seconds=30)
    call.refresh_from_db()
    lead.refresh_from_db()
    assert (call.status, call.outcome) == (status, outcome)
    assert lead.attempts == 1


@pytest.mark.parametrize(
    ("carrier_status", "status", "code"),
    [
        ("no-answer", "no_answer", "staff_no_answer"),
        ("busy", "busy", "staff_busy"),
        ("failed", "failed", "staff_failed"),
    ],
)
def test_staff_who_do_not_answer_are_not_the_lead_s_fault(
    lead: Lead, carrier_status: str, status: str, code: str
) -> None:
    call = regular(lead)
    tell(call, carrier_status, 3)
    call.refresh_from_db()
    lead.refresh_from_db()
    assert (call.status, call.error_code, call.outcome) == (status, code, "failed")
    assert (lead.attempts, lead.stage) == (0, "new")


def test_staff_who_press_nothing_cancel_the_call(lead: Lead) -> None:
    call = regular(lead)
    tell(call, "in-progress", 2)
    tell(call, "completed", 3, seconds=20)
    call.refresh_from_db()
    lead.refresh_from_db()
    assert (call.status, call.error_code, lead.attempts) == ("canceled", "staff_declined", 0)
