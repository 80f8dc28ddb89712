"""The back office's pages, as Ana, Omar and Mona use them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.forms import modelform_factory
from django.test import Client
from django.urls import reverse

from leads.models import Activity, Appointment, BuyerPreferences, Lead, Suppression
from tests.people import make_lead, make_listing

START = datetime(2030, 11, 26, 20, 0, tzinfo=UTC)
CHANGELIST = reverse("admin:leads_lead_changelist")


def allow(user: User) -> User:
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="leads"))
    return user


@pytest.fixture
def office(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


def change_url(lead: Lead) -> str:
    return reverse("admin:leads_lead_change", args=[lead.pk])


def test_a_lead_is_found_by_name_mail_and_any_way_of_writing_the_phone(office: Client) -> None:
    make_lead(first_name="Priya", last_name="Raman", email="priya@example.com", phone="+15125550177")
    make_lead(first_name="Other", last_name="Person")
    for search in ("Priya", "raman", "priya@example.com", "(512) 555-0177", "512.555.0177", "0177"):
        page = office.get(CHANGELIST, {"q": search}).content.decode()
        assert "Priya Raman" in page, search
        assert "Other Person" not in page, search


def test_a_leads_page_shows_preferences_homes_appointments_and_timeline(office: Client, lead: Lead) -> None:
    BuyerPreferences.objects.create(lead=lead, motivation="closer to work")
    Activity.objects.create(lead=lead, kind="note", summary="Asked about the garden")
    page = office.get(change_url(lead)).content.decode()
    assert "closer to work" in page
    assert "Asked about the garden" in page
    assert "Seller properties" in page.replace("Seller Properties", "Seller properties")


def test_agents_see_their_own_and_unowned_leads_and_managers_all(
    client: Client, omar: User, bob: User, mona: User
) -> None:
    make_lead(first_name="Omars", owner=omar)
    make_lead(first_name="Bobs", owner=bob)
    make_lead(first_name="Nobodys")
    client.force_login(allow(omar))
    page = client.get(CHANGELIST).content.decode()
    assert "Omars" in page
    assert "Nobodys" in page
    assert "Bobs" not in page
    client.force_login(allow(mona))
    assert "Bobs" in client.get(CHANGELIST).content.decode()


def test_another_agents_lead_cannot_be_opened_by_its_address(client: Client, omar: User, bob: User) -> None:
    client.force_login(allow(omar))
    answer = client.get(change_url(make_lead(owner=bob)))
    assert answer.status_code == 302  # "doesn't exist", back to the index


def test_a_stranger_has_no_back_office(client: Client, zoe: User) -> None:
    client.force_login(zoe)
    assert client.get(CHANGELIST).status_code == 302


def appointment_form(lead: Lead, agent: User, start: datetime, **changes: Any) -> dict[str, Any]:
    end = start + timedelta(hours=1)
    return {
        "lead": str(lead.pk),
        "agent": agent.pk,
        "type": "buyer_consult",
        "start_at_0": f"{start:%Y-%m-%d}",
        "start_at_1": f"{start:%H:%M}",
        "end_at_0": f"{end:%Y-%m-%d}",
        "end_at_1": f"{end:%H:%M}",
        "timezone": "America/Chicago",
        "status": "confirmed",
        "source": "staff",
    } | changes


def test_a_double_booking_by_hand_is_refused_in_words(office: Client, lead: Lead, omar: User) -> None:
    fields = {"agent": omar, "type": "buyer_consult", "timezone": "UTC"}
    Appointment.objects.create(lead=make_lead(), start_at=START, end_at=START + timedelta(hours=1), **fields)
    local = START - timedelta(hours=6)  # the office types Chicago time
    url = reverse("admin:leads_appointment_add")
    refused = office.post(url, appointment_form(lead, omar, local + timedelta(minutes=30)))
    assert "another appointment" in refused.content.decode()
    office.post(url, appointment_form(lead, omar, local + timedelta(hours=1)))
    assert Appointment.objects.filter(lead=lead).count() == 1


def test_appointments_are_listed_by_date(office: Client, lead: Lead, omar: User) -> None:
    Appointment.objects.create(
        lead=lead, agent=omar, type="showing", start_at=START, end_at=START + timedelta(hours=1), timezone="UTC"
    )
    page = office.get(reverse("admin:leads_appointment_changelist"), {"start_at__year": 2030}).content.decode()
    assert "Maria Lopez" in page


def test_agents_see_the_appointments_they_keep_and_those_of_their_leads(client: Client, omar: User, bob: User) -> None:
    times = {"start_at": START, "end_at": START + timedelta(hours=1), "timezone": "UTC", "type": "showing"}
    Appointment.objects.create(lead=make_lead(first_name="Bobsown", owner=bob), agent=bob, **times)
    Appointment.objects.create(lead=make_lead(first_name="Omarkeeps", owner=bob), agent=omar, **times)
    client.force_login(allow(omar))
    page = client.get(reverse("admin:leads_appointment_changelist")).content.decode()
    assert "Omarkeeps" in page
    assert "Bobsown" not in page


def test_moving_a_lead_by_hand_shows_on_the_timeline(office: Client, lead: Lead) -> None:
    page = office.get(change_url(lead))
    form = page.context["adminform"].form
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {name: "" if value is None else value for name, value in data.items()} | {"stage": "contacted"}
    data["owner"] = lead.owner_id
    captured = lead.captured_at.astimezone()
    data |= {"captured_at_0": f"{captured:%Y-%m-%d}", "captured_at_1": f"{captured:%H:%M:%S}"}
    data |= {"next_action_at_0": "", "next_action_at_1": "", "archived_at_0": "", "archived_at_1": ""}
    for inline in page.context["inline_admin_formsets"]:
        prefix = inline.formset.prefix
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    answer = office.post(change_url(lead), data)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert Activity.objects.get(lead=lead, kind="stage").summary == "Stage: Contacted"


def test_a_wish_not_to_be_called_cannot_be_deleted(office: Client) -> None:
    row = Suppression.objects.create(phone="+15125550177", reason="manual")
    assert office.post(reverse("admin:leads_suppression_delete", args=[row.pk])).status_code == 403


@pytest.mark.parametrize("model", ["listing", "suppression", "appointment", "lead"])
def test_every_list_opens(office: Client, model: str) -> None:
    make_listing()
    assert office.get(reverse(f"admin:leads_{model}_changelist")).status_code == 200


def test_staff_hours_are_edited_with_the_user(office: Client, omar: User) -> None:
    page = office.get(reverse("admin:auth_user_change", args=[omar.pk])).content.decode()
    assert "works_from" in page


def test_a_number_written_the_way_it_is_shown_is_taken_and_one_that_is_known_named_in_words(office: Client) -> None:
    assert str(modelform_factory(Lead, fields=["phone"])().fields["phone"].clean("(512) 555-0178")) == "+15125550178"
    make_lead(phone="+15125550178")
    with pytest.raises(ValidationError, match="Another lead has this phone number"):
        Lead(phone="+15125550178").validate_constraints()
    with pytest.raises(ValidationError, match="phone number or an e-mail"):
        Lead().validate_constraints()
