"""A lead whose call may hold an unread wish waits for a person."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now
from pytest_django import Settings

from calls.compliance.gate import may_dial
from calls.compliance.hold_back import hold_back, is_held_back, mark_read
from calls.database import journal
from calls.database.journal import Entry
from calls.models import CallType
from calls.sweep import tell_of_cut_off
from leads.models import Activity, Lead, Suppression
from tests.people import make_call, make_lead

pytestmark = pytest.mark.django_db
AI = (CallType.CONVERSATIONAL, CallType.REALTIME)


def blocked(lead: Lead, type_: CallType) -> list[str]:
    return [block.rule for block in may_dial(lead, type_, now()).blocked]


@pytest.mark.parametrize("type_", AI)
def test_an_ai_calls_no_lead_whose_wish_may_be_unread_until_a_person_has_read_it(type_: CallType) -> None:
    call = make_call(status="completed", ended_at=now())
    assert hold_back(call, reason="the process that held the call ended")
    assert blocked(call.lead, type_) == ["D2-unread"]
    assert mark_read(call, by="omar")
    assert blocked(call.lead, type_) == []
    assert not mark_read(call, by="omar")


def test_a_person_may_call_them(omar: User) -> None:
    call = make_call(make_lead(owner=omar), status="completed", ended_at=now())
    hold_back(call, reason="x")
    assert may_dial(call.lead, CallType.REGULAR, now(), placed_by=omar).allowed


def test_the_staff_is_told_once_what_to_do() -> None:
    call = make_call()
    assert [hold_back(call, reason="x"), hold_back(call, reason="y")] == [True, False]
    assert Activity.objects.filter(lead=call.lead, kind=Activity.Kind.TASK, call_id=call.pk).count() == 1


def test_each_call_is_read_by_itself() -> None:
    lead = make_lead()
    first, second = (make_call(lead, status="completed", ended_at=now()) for _ in range(2))
    for call in (first, second):
        hold_back(call, reason="x")
    mark_read(first, by="omar")
    assert is_held_back(lead)
    mark_read(second, by="omar")
    assert not is_held_back(lead)
    assert not is_held_back(make_lead())


def test_whoever_has_words_waiting_for_the_database_is_held_back_till_they_are_written() -> None:
    call = make_call(status="completed", ended_at=now())
    journal.append(Entry("opt_out", str(call.pk), {"heard": "stop", "reason": "verbal_request"}))
    assert blocked(call.lead, CallType.REALTIME) == ["D2-unread"]  # within the test's transaction nothing is taken in
    assert blocked(make_lead(), CallType.REALTIME) == []


@pytest.mark.django_db(transaction=True)
def test_the_gate_first_writes_what_waits() -> None:
    call = make_call(status="completed", ended_at=now())
    journal.append(Entry("opt_out", str(call.pk), {"heard": "stop", "reason": "verbal_request"}))
    assert blocked(call.lead, CallType.REALTIME) == ["D2"]
    assert Suppression.objects.filter(phone=call.to_number).exists()


def test_a_process_that_died_under_a_realtime_call_took_its_last_words_with_it() -> None:
    call = make_call(
        status="completed", ended_at=now() - timedelta(minutes=2), answered_at=now() - timedelta(minutes=3)
    )
    call.spans.create(engine="realtime", started_at=now() - timedelta(minutes=3))
    assert tell_of_cut_off(now()) == 1
    assert is_held_back(call.lead)


def test_a_test_line_is_never_held_back(settings: Settings) -> None:
    settings.TEST_LINES = {"buyer": "+15125550181"}
    call = make_call(to_number="+15125550181")
    assert not hold_back(call, reason="x")
    assert not is_held_back(call.lead)
