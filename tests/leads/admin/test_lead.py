"""Leads in the back office, as Ana, Omar and Mona use them."""

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.forms import modelform_factory
from django.test import Client
from django.urls import reverse

from leads.models import Activity, BuyerPreferences, Lead
from tests.leads.admin.conftest import OfficeOf
from tests.people import make_lead

CHANGELIST = reverse("admin:leads_lead_changelist")


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
    office_of: OfficeOf, omar: User, bob: User, mona: User
) -> None:
    make_lead(first_name="Omars", owner=omar)
    make_lead(first_name="Bobs", owner=bob)
    make_lead(first_name="Nobodys")
    office = office_of(omar)
    page = office.get(CHANGELIST).content.decode()
    assert "Omars" in page
    assert "Nobodys" in page
    assert "Bobs" not in page
    assert "Bobs" in office_of(mona).get(CHANGELIST).content.decode()


def test_another_agents_lead_cannot_be_opened_by_its_address(office_of: OfficeOf, omar: User, bob: User) -> None:
    office = office_of(omar)
    answer = office.get(change_url(make_lead(owner=bob)))
    assert answer.status_code == 302  # "doesn't exist", back to the index


def test_a_stranger_has_no_back_office(client: Client, zoe: User) -> None:
    client.force_login(zoe)
    assert client.get(CHANGELIST).status_code == 302


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


def test_a_number_written_the_way_it_is_shown_is_taken_and_one_that_is_known_named_in_words(office: Client) -> None:
    assert str(modelform_factory(Lead, fields=["phone"])().fields["phone"].clean("(512) 555-0178")) == "+15125550178"
    make_lead(phone="+15125550178")
    with pytest.raises(ValidationError, match="Another lead has this phone number"):
        Lead(phone="+15125550178").validate_constraints()
    with pytest.raises(ValidationError, match="phone number or an e-mail"):
        Lead().validate_constraints()


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"language": "es-MX", "timezone": "America/Denver"}, set()),
        ({"language": "Spanish", "timezone": "Central"}, {"language", "timezone"}),
        ({"language": "en_US", "timezone": "CST"}, {"language", "timezone"}),
    ],
)
def test_language_and_zone_are_chosen_from_those_we_know(lead: Lead, typed: dict[str, str], wrong: set[str]) -> None:
    form = modelform_factory(Lead, fields=["language", "timezone"])(typed, instance=lead)
    assert set(form.errors) == wrong
