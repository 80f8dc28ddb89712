"""Inbound calls: the greeting, the call back to a lead we know, and the opt-out key."""

import pytest
from django.test import Client

from calls.call_flows.inbound import lead_with_number
from calls.database.writes import take_in
from leads.consent.suppression import suppress_number
from leads.models import Lead, Suppression
from tests.calls.answers import said, tags
from tests.calls.carrier_stub import Carrier, hook
from tests.calls.outage import database_away, nothing_taken_in_by_itself
from tests.people import make_lead


def test_somebody_who_calls_us_hears_the_way_to_opt_out(client: Client, lead: Lead, carrier: Carrier) -> None:
    answer = hook(client, "twilio_inbound", CallSid="CA1", From=str(lead.phone))
    assert "call you back" in said(answer)
    assert "press nine" in said(answer)
    lead.refresh_from_db()
    assert lead.next_action_at is not None
    assert lead.activities.get().kind == "task"


def test_of_several_behind_one_switchboard_the_one_without_an_extension_called(db: None) -> None:
    make_lead(phone="+15125552001", phone_extension="45")
    plain = make_lead(phone="+15125552001")
    make_lead(phone="+15125552001", phone_extension="46")
    assert lead_with_number("+15125552001") == plain


def test_a_call_to_us_that_is_told_twice_is_one_task(client: Client, lead: Lead, carrier: Carrier) -> None:
    for sid in ("CA1", "CA1", "CA2"):
        assert "call you back" in said(hook(client, "twilio_inbound", CallSid=sid, From=str(lead.phone)))
    assert lead.activities.count() == 2


def test_somebody_we_do_not_know_is_promised_nothing(client: Client, db: None, carrier: Carrier) -> None:
    assert "call you back" not in said(hook(client, "twilio_inbound", CallSid="CA1", From="+15125550177"))
    assert tags(hook(client, "twilio_inbound", CallSid="CA1", From="anonymous"))[0] == "Gather"


def test_9_is_never_called_again(client: Client, lead: Lead, carrier: Carrier) -> None:
    for _ in range(2):
        answer = hook(client, "twilio_inbound_key", CallSid="CA1", From=str(lead.phone), Digits="9")
        assert "do-not-call list" in said(answer)
    assert Suppression.objects.get().scope == "company"


@pytest.mark.parametrize("withheld", ["anonymous", "+266696687", "+7378742833", "sip:anonymous@anonymous.invalid"])
def test_an_opt_out_without_a_number_is_not_claimed(client: Client, db: None, carrier: Carrier, withheld: str) -> None:
    answer = hook(client, "twilio_inbound_key", CallSid="CA1", From=withheld, Digits="9")
    assert "do-not-call list" not in said(answer)
    assert not Suppression.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_9_counts_while_the_database_is_away_and_the_lead_is_called_back(
    client: Client, lead: Lead, carrier: Carrier
) -> None:
    with nothing_taken_in_by_itself():
        with database_away():
            greeting = hook(client, "twilio_inbound", CallSid="CA1", From=str(lead.phone))
            answer = hook(client, "twilio_inbound_key", CallSid="CA1", From=str(lead.phone), Digits="9")
        assert "press nine" in said(greeting)
        assert "do-not-call list" in said(answer)
        assert take_in(seconds=5.0) == 2
    assert Suppression.objects.get().phone == lead.phone
    assert sorted(lead.activities.values_list("kind", flat=True)) == ["opt_out", "task"]


def test_a_lead_who_asked_for_no_calls_is_promised_none(client: Client, lead: Lead, carrier: Carrier) -> None:
    suppress_number(str(lead.phone), reason=Suppression.Reason.KEYPAD)
    for _ in range(2):
        answer = hook(client, "twilio_inbound", CallSid="CA1", From=str(lead.phone))
        assert "will not call you back" in said(answer)
        assert tags(answer)[-1] == "Hangup"
    lead.refresh_from_db()
    assert lead.next_action_at is None
    noted = lead.activities.get()
    assert (noted.kind, noted.summary) == (
        "note",
        "Called us, and may not be called back: This number asked not to be called",
    )


def test_one_who_asked_for_no_ai_calls_is_called_back_by_a_person(client: Client, lead: Lead, carrier: Carrier) -> None:
    suppress_number(str(lead.phone), reason=Suppression.Reason.MANUAL, scope=Suppression.Scope.AI_ONLY)
    assert "An agent will call you back" in said(hook(client, "twilio_inbound", CallSid="CA1", From=str(lead.phone)))


def test_a_caller_over_sip_is_known_by_the_number(client: Client, lead: Lead, carrier: Carrier) -> None:
    answer = hook(client, "twilio_inbound_key", CallSid="CA1", From=f"sip:{lead.phone}@pbx.example.com", Digits="9#")
    assert "do-not-call list" in said(answer)
    assert Suppression.objects.get().phone == lead.phone
