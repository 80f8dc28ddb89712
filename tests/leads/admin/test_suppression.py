"""Suppressed numbers in the back office."""

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from leads.models import Lead, Suppression


def test_a_wish_not_to_be_called_cannot_be_deleted(office: Client) -> None:
    row = Suppression.objects.create(phone="+15125550177", reason="manual")
    assert office.post(reverse("admin:leads_suppression_delete", args=[row.pk])).status_code == 403


def test_a_wish_put_on_the_list_by_hand_is_on_the_timeline(office: Client, lead: Lead, ana: User) -> None:
    typed = {"phone": str(lead.phone), "scope": "company", "reason": "manual"}
    assert office.post(reverse("admin:leads_suppression_add"), typed).status_code == 302
    line = lead.activities.get(kind="opt_out")
    assert (line.summary, line.actor) == ("Never call again: manual, no calls at all", ana)


def test_the_list_names_the_number_and_the_reason(office: Client) -> None:
    Suppression.objects.create(phone="+15125550177", reason="keypad")
    page = office.get(reverse("admin:leads_suppression_changelist")).content.decode()
    assert "+15125550177" in page
    assert "Pressed 9" in page
