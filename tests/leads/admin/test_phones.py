"""Numbers in the back office: taken, shown, searched with their extensions, in any pasted form."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from leads.admin.phones import WrittenPhoneField, with_extension
from leads.models import Lead, StaffProfile, Suppression
from leads.pipeline.due_list import LeadFilter, due_leads
from tests.leads.admin.typed import filled_in
from tests.people import make_lead

LIST = reverse("admin:leads_lead_changelist")
PASTED = (
    "512‑555‑2001",
    "(512)\u00a0555\u00a02001",
    "tel:+15125552001",
    "\u202a+1 512 555 2001\u202c",
    "５１２５５５２００１",
)


def changed(office: Client, lead: Lead, **changes: str) -> Any:
    change = reverse("admin:leads_lead_change", args=[lead.pk])
    return office.post(change, filled_in(office.get(change)) | changes)


@pytest.mark.parametrize(
    "written", ["512-555-2001 x45", "512-555-2001 ext. 45", "512-555-2001;ext=45", "512-555-2001,,45"]
)
def test_an_extension_is_kept_shown_and_found(office: Client, lead: Lead, ana: User, written: str) -> None:
    assert changed(office, lead, phone=written).status_code == 302
    lead.refresh_from_db()
    assert (str(lead.phone), lead.phone_extension) == ("+15125552001", "45")
    page = office.get(reverse("admin:leads_lead_change", args=[lead.pk])).content.decode()
    assert 'value="(512) 555-2001 ext. 45"' in page
    assert "(512) 555-2001 ext. 45" in office.get(LIST).content.decode()
    for search in (written, "512-555-2001", *PASTED, "555-2001 x45"):
        assert "Maria Lopez" in office.get(LIST, {"q": search}).content.decode(), search
        assert list(due_leads(ana, LeadFilter(search=search))) == [lead], search
    dashboard = office.get(lead.get_absolute_url()).content.decode()
    assert "(512) 555-2001 ext. 45" in dashboard
    assert 'href="tel:+15125552001,45"' in dashboard
    assert "ext. 45" in office.get(reverse("lead_list")).content.decode()


def test_saving_again_without_a_change_keeps_the_extension_and_another_number_drops_it(office: Client) -> None:
    lead = make_lead(phone="+15125552001", phone_extension="45")
    assert changed(office, lead, city="Lakeside").status_code == 302
    lead.refresh_from_db()
    assert (lead.city, lead.phone_extension) == ("Lakeside", "45")
    assert changed(office, lead, phone="512-555-2002").status_code == 302
    lead.refresh_from_db()
    assert (str(lead.phone), lead.phone_extension) == ("+15125552002", "")


@pytest.mark.parametrize("written", ["512-555-2001 or 512-555-2002", "512-555-2001 - 45", "Maria", "512-555-2001*45"])
def test_what_would_lose_digits_is_refused_in_a_sentence_and_stays_in_the_box(
    office: Client, lead: Lead, written: str
) -> None:
    page = changed(office, lead, phone=written).content.decode()
    assert "Enter one phone number" in page
    assert f'value="{written}"' in page


def test_two_people_behind_one_switchboard_are_two_leads_and_are_told_apart_by_a_search(office: Client) -> None:
    first = make_lead(first_name="Priya", phone="+15125552001", phone_extension="45")
    second = make_lead(first_name="Tom", phone="+15125552002")
    assert changed(office, second, phone="512-555-2001 x46").status_code == 302
    office.get(LIST)  # where the message about the saved lead is read
    page = office.get(LIST, {"q": "512-555-2001 x45"}).content.decode()
    assert "Priya" in page
    assert "Tom" not in page
    refused = changed(office, second, phone="512-555-2001 x45")
    assert "Another lead has this phone number." in refused.content.decode()
    assert first.phone_extension == "45"


def test_who_may_only_look_sees_the_extension_too(client: Client, omar: User) -> None:
    lead = make_lead(owner=omar, phone="+15125552001", phone_extension="45")
    omar.user_permissions.set(Permission.objects.filter(codename="view_lead"))
    client.force_login(omar)
    page = client.get(reverse("admin:leads_lead_change", args=[lead.pk])).content.decode()
    assert "(512) 555-2001 ext. 45" in page


def test_a_colleagues_extension_is_kept_also_when_nothing_else_changes(office: Client, omar: User) -> None:
    change = reverse("admin:auth_user_change", args=[omar.pk])
    for written, kept in (("512-555-0190 x45", "45"), ("512-555-0190 x46", "46"), ("512-555-0190", "")):
        typed = filled_in(office.get(change)) | {"profile-0-phone": written}
        assert office.post(change, typed).status_code == 302
        profile = StaffProfile.objects.get(user=omar)
        assert (str(profile.phone), profile.phone_extension) == ("+15125550190", kept)


def test_a_whole_number_is_suppressed_and_found_in_any_form(office: Client) -> None:
    add = reverse("admin:leads_suppression_add")
    typed = filled_in(office.get(add)) | {"reason": "manual"}
    assert "leave the extension out" in office.post(add, typed | {"phone": "512-555-2001 x45"}).content.decode()
    assert not Suppression.objects.exists()
    assert office.post(add, typed | {"phone": "512‑555‑2001"}).status_code == 302
    listing = reverse("admin:leads_suppression_changelist")
    for search in PASTED:
        assert "+15125552001" in office.get(listing, {"q": search}).content.decode(), search


def test_numbers_that_differ_in_their_extension_alone_have_changed() -> None:
    field = WrittenPhoneField()
    number = with_extension("+15125552001", "45")
    assert not field.has_changed(number, "(512) 555-2001 ext. 45")
    assert field.has_changed(number, "(512) 555-2001 ext. 46")
    assert field.has_changed(number, "")
    assert field.has_changed(None, "512-555-2001")
    assert field.has_changed(number, "nonsense")
