"""Inbound calls: the greeting, the call back to a lead we know, and the opt-out key."""

from django.test import Client

from leads.models import Lead, Suppression
from tests.calls.answers import said, tags
from tests.calls.carrier_stub import Carrier, hook


def test_somebody_who_calls_us_hears_the_way_to_opt_out(client: Client, lead: Lead, carrier: Carrier) -> None:
    answer = hook(client, "twilio_inbound", CallSid="CA1", From=str(lead.phone))
    assert "call you back" in said(answer)
    assert "press nine" in said(answer)
    lead.refresh_from_db()
    assert lead.next_action_at is not None
    assert lead.activities.get().kind == "task"


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


def test_an_opt_out_without_a_number_is_not_claimed(client: Client, db: None, carrier: Carrier) -> None:
    answer = hook(client, "twilio_inbound_key", CallSid="CA1", From="anonymous", Digits="9")
    assert "do-not-call list" not in said(answer)
    assert not Suppression.objects.exists()
