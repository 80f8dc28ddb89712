"""The admin of leads: calling from it, and the last calls of a lead."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from calls.models import Call
from leads.models import Lead, Suppression
from tests.calls.carrier_stub import Carrier
from tests.people import make_call, make_lead, make_staff


def act(office: Client, action: str, *leads: Lead) -> str:
    """Choose an action for these leads; what the office is told."""
    form = {"action": action, "_selected_action": [str(lead.pk) for lead in leads]}
    page = office.post(reverse("admin:leads_lead_changelist"), form, follow=True)
    return " ".join(str(message) for message in page.context["messages"])


@pytest.mark.parametrize("type_", ["conversational", "realtime"])
def test_leads_are_called_from_their_list(office: Client, carrier: Carrier, type_: str) -> None:
    leads = [make_lead(), make_lead()]
    assert "placed" in act(office, f"call_{type_}", *leads)
    assert {call.type for call in Call.objects.all()} == {type_}
    assert len(carrier.created()) == 2


def test_a_regular_call_from_the_list_rings_the_one_who_asked(client: Client, carrier: Carrier, db: None) -> None:
    boss = make_staff("boss", phone="+15125550195", is_superuser=True)
    client.force_login(boss)
    act(client, "call_regular", make_lead())
    assert carrier.created()[0].form["To"] == "+15125550195"


def test_the_list_says_why_somebody_was_not_called(office: Client, lead: Lead, carrier: Carrier) -> None:
    Suppression.objects.create(phone=lead.phone, reason="manual")
    assert "asked not to be called" in act(office, "call_realtime", lead)
    carrier.will_refuse(400, 21211, "Invalid number")
    assert "Invalid number" in act(office, "call_realtime", make_lead())


def test_a_slip_of_the_mouse_calls_nobody(office: Client, carrier: Carrier) -> None:
    leads = [make_lead() for _ in range(11)]
    assert "nobody was called" in act(office, "call_realtime", *leads)
    assert not carrier.requests


def test_a_lead_s_page_shows_its_last_calls(office: Client, lead: Lead) -> None:
    for number in range(10):
        make_call(lead, status="completed", ended_at=now(), summary=f"Summary {number}")
    page = office.get(reverse("admin:leads_lead_change", args=[lead.pk])).content.decode()
    assert "Summary 9" in page
    assert "Summary 1" not in page
    assert "Call: realtime" in page
