"""The admin of leads: calling from it, and the last calls of a lead."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from calls.models import Call
from leads.models import BuyerPreferences, Lead, SellerProperty, Suppression
from tests.calls.carrier_stub import Carrier
from tests.leads.admin.typed import filled_in
from tests.people import make_call, make_lead, make_staff

LIST = reverse("admin:leads_lead_changelist")


def ask(office: Client, action: str, *leads: Lead) -> str:
    """Choose an action for these leads; the page that asks."""
    form = {"action": action, "_selected_action": [str(lead.pk) for lead in leads]}
    return office.post(LIST, form).content.decode()


def act(office: Client, action: str, *leads: Lead) -> str:
    """Choose an action for these leads and say yes; what the office is told."""
    form = {"action": action, "_selected_action": [str(lead.pk) for lead in leads], "confirmed": "yes"}
    page = office.post(LIST, form, follow=True)
    return " ".join(str(message) for message in page.context["messages"])


def test_calling_asks_first_who_is_to_be_called_and_why_somebody_is_not(office: Client, carrier: Carrier) -> None:
    allowed, blocked = make_lead(first_name="Priya"), make_lead(first_name="Tom")
    Suppression.objects.create(phone=blocked.phone, reason="manual")
    page = ask(office, "call_realtime", allowed, blocked)
    assert "Call 2 leads now?" in page
    assert "Priya" in page
    assert "asked not to be called" in page
    assert not carrier.requests
    assert not Call.objects.exists()


def typed_with_action(office: Client, lead: Lead, **changes: str) -> Any:
    """Choose "Call: realtime" on the lead's own page, with these fields changed and not saved."""
    change = reverse("admin:leads_lead_change", args=[lead.pk])
    typed = filled_in(office.get(change)) | changes
    chosen = {"CHANGE_FORM-action": "call_realtime", "_selected_action": str(lead.pk), "index": "0"}
    return office.post(change, typed | chosen)


def test_an_action_on_a_page_with_unsaved_edits_keeps_them_and_does_nothing(
    office: Client, lead: Lead, carrier: Carrier
) -> None:
    answer = typed_with_action(office, lead, city="Lakeside", **{"seller_properties-TOTAL_FORMS": "0"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "not saved" in page
    assert 'value="Lakeside"' in page
    lead.refresh_from_db()
    assert lead.city == ""
    assert not carrier.requests


def test_an_action_on_a_page_without_edits_asks_and_then_leads_to_the_call(
    office: Client, lead: Lead, carrier: Carrier
) -> None:
    BuyerPreferences.objects.create(lead=lead, areas=[{"kind": "city", "name": "Lakeside"}], price_max=450000)
    SellerProperty.objects.create(lead=lead, address="22 Hickory Bend")
    page = typed_with_action(office, lead).content.decode()
    assert "Call Maria Lopez now?" in page
    assert not carrier.requests
    form = {"action": "call_realtime", "_selected_action": [str(lead.pk)], "confirmed": "yes"}
    assert office.post(LIST, form).headers["Location"] == lead.get_absolute_url()
    assert len(carrier.created()) == 1


def test_a_lead_with_calls_is_erased_by_a_manager_and_by_nobody_else(
    client: Client, lead: Lead, omar: User, mona: User
) -> None:
    make_call(lead, status="completed", ended_at=now())
    for user in (omar, mona):
        user.user_permissions.set(Permission.objects.filter(content_type__app_label__in=["leads", "calls"]))
    erase = reverse("admin:leads_lead_delete", args=[lead.pk])
    client.force_login(omar)
    assert client.get(erase).status_code == 403
    assert client.post(erase, {"post": "yes"}).status_code == 403
    assert "not done" not in act(client, "delete_selected", lead)
    lead.refresh_from_db()
    assert lead.first_name == "Maria"
    client.force_login(mona)
    asked = client.get(erase).content.decode()
    assert "Erase" in asked
    assert "cannot be undone" in asked
    assert client.post(erase, {"post": "yes"}).status_code == 302
    lead.refresh_from_db()
    assert lead.erased_at
    assert "Maria" not in client.get(reverse("admin:leads_lead_changelist")).content.decode().replace(
        "“Maria Lopez”", ""
    )


def test_a_lead_with_a_live_call_is_not_erased(client: Client, lead: Lead, mona: User) -> None:
    make_call(lead)
    mona.user_permissions.set(Permission.objects.filter(content_type__app_label__in=["leads", "calls"]))
    client.force_login(mona)
    erase = reverse("admin:leads_lead_delete", args=[lead.pk])
    assert "End it first" in client.post(erase, {"post": "yes"}).content.decode()
    chosen = {"action": "delete_selected", "_selected_action": [str(lead.pk)], "post": "yes"}
    assert "End it first" in client.post(LIST, chosen).content.decode()
    lead.refresh_from_db()
    assert lead.erased_at is None


def test_several_leads_are_erased_from_the_list(client: Client, mona: User) -> None:
    mona.user_permissions.set(Permission.objects.filter(content_type__app_label__in=["leads", "calls"]))
    client.force_login(mona)
    called, never = make_lead(first_name="Priya"), make_lead(first_name="Tom")
    make_call(called, status="completed", ended_at=now())
    chosen = {"action": "delete_selected", "_selected_action": [str(called.pk), str(never.pk)]}
    assert "Erase 2 leads?" in client.post(LIST, chosen).content.decode()
    client.post(LIST, chosen | {"post": "yes"})
    assert [lead.full_name for lead in Lead.objects.all()] == ["Erased lead"]
    assert not LogEntry.objects.filter(object_repr__contains="Priya").exists()
    assert not LogEntry.objects.filter(object_repr__contains="Tom").exists()


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
