"""Hearing "stop" however it is said or misheard, and honoring it before anything else happens."""

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from calls.agent import phrases
from calls.call_log.transcript import Utterance, add_turn
from calls.compliance.opt_out import honor_open_wish, honor_opt_out
from calls.lifecycle.ending import record_end
from calls.models import Call, CallEvent, CallStatus, Disposition, Engine, Turn
from leads.models import Activity, Lead, Suppression
from tests.people import make_call

VERBAL = Suppression.Reason.VERBAL_REQUEST


@pytest.fixture
def call(lead: Lead) -> Call:
    return make_call(lead)


def test_the_number_is_suppressed_and_the_lead_closed_at_once(call: Call, lead: Lead) -> None:
    assert honor_opt_out(call, heard="Stop calling me.", reason=VERBAL)
    suppression = Suppression.objects.get()
    assert (suppression.phone, suppression.scope, suppression.call_id) == (lead.phone, "company", call.pk)
    lead.refresh_from_db()
    call.refresh_from_db()
    assert (lead.stage, lead.lost_reason) == (Lead.Stage.LOST, "do_not_call")
    assert (call.outcome, call.outcome_by_ai) == ("do_not_call", True)
    assert Activity.objects.get(lead=lead).kind == Activity.Kind.OPT_OUT


def test_saying_it_twice_is_one_wish(call: Call) -> None:
    assert honor_opt_out(call, heard="stop", reason=VERBAL)
    assert not honor_opt_out(call, heard="stop", reason=Suppression.Reason.KEYPAD)
    assert Suppression.objects.count() == 1
    assert CallEvent.objects.filter(kind="opt_out").count() == 1
    assert Activity.objects.count() == 1


def test_an_outcome_staff_have_set_is_kept(call: Call) -> None:
    Call.objects.update(outcome="callback_requested", outcome_by_ai=False)
    honor_opt_out(call, heard="stop", reason=VERBAL)
    call.refresh_from_db()
    assert call.outcome == "callback_requested"
    assert Suppression.objects.exists()


def test_a_client_who_says_stop_stays_a_client(call: Call, lead: Lead) -> None:
    Lead.objects.update(stage=Lead.Stage.CLIENT)
    honor_opt_out(call, heard="stop", reason=VERBAL)
    lead.refresh_from_db()
    assert lead.stage == Lead.Stage.CLIENT
    assert Suppression.objects.exists()


def test_a_wrong_number_is_suppressed_as_such(call: Call, lead: Lead) -> None:
    honor_opt_out(call, heard="", reason=Suppression.Reason.WRONG_NUMBER)
    lead.refresh_from_db()
    call.refresh_from_db()
    assert (lead.lost_reason, call.outcome) == ("wrong_number", "wrong_number")


def test_the_brokerages_own_test_line_can_be_called_again(settings: Settings, lead: Lead, omar: User) -> None:
    settings.TEST_LINES = {"buyer": "+15125550180 +15125550181"}
    call = make_call(lead, to_number="+15125550181")
    assert honor_opt_out(call, heard="stop", reason=VERBAL)
    lead.refresh_from_db()
    call.refresh_from_db()
    assert not Suppression.objects.exists()
    assert lead.stage == Lead.Stage.NEW
    assert call.outcome == "do_not_call"


def say(call: Call, *lines: tuple[str, str], engine: Engine = Engine.CONVERSATION) -> None:
    for number, (speaker, text) in enumerate(lines):
        add_turn(
            call.pk, Utterance(speaker=Turn.Speaker(speaker), engine=engine, item_id=f"{engine}-{number}", text=text)
        )


def test_a_stop_that_was_never_cleared_up_counts_when_the_call_is_over(call: Call, lead: Lead) -> None:
    say(call, ("lead", "Wait, stop, one question."), ("agent", phrases.SURE_TO_STOP))
    assert record_end(call, CallStatus.COMPLETED, reason="hung_up", seconds=20)
    assert Suppression.objects.get().phone == lead.phone
    assert Call.objects.get(pk=call.pk).outcome == Disposition.DO_NOT_CALL


def test_one_that_was_cleared_up_does_not(call: Call) -> None:
    say(
        call,
        ("lead", "Wait, stop, one question."),
        ("agent", phrases.SURE_TO_STOP),
        ("lead", "No, go on."),
        ("lead", ""),
    )
    assert not honor_open_wish(call)
    assert not Suppression.objects.exists()


def test_what_a_mailbox_said_is_no_wish(call: Call) -> None:
    say(call, ("lead", "Stop. Nobody is home."), engine=Engine.MACHINE)
    assert not honor_open_wish(call)
