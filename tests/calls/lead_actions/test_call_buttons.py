"""The call buttons on a lead's page: which are enabled, and why the others are not."""

from django.contrib.auth.models import User
from django.test import Client

from leads.models import Lead, StaffProfile, Suppression
from tests.calls.lead_actions.browser import read
from tests.people import make_call, make_lead


def test_without_a_phone_the_buttons_are_off_and_say_why(client: Client, omar: User) -> None:
    page = read(client, omar, make_lead(owner=omar, phone="", email="m@example.com"))
    assert page.count("disabled") == 4
    assert "no phone number" in page


def test_a_suppressed_number_turns_the_buttons_off(client: Client, omar: User, lead: Lead) -> None:
    Suppression.objects.create(phone=lead.phone, reason="verbal_request")
    page = read(client, omar, lead)
    assert page.count("disabled") == 4
    assert "asked not to be called" in page


def test_a_number_without_ai_calls_can_still_be_called_by_a_person(client: Client, omar: User, lead: Lead) -> None:
    Suppression.objects.create(phone=lead.phone, reason="verbal_request", scope="ai_only")
    page = read(client, omar, lead)
    assert page.count("disabled") == 2
    assert "asked for no AI calls" in page


def test_a_regular_call_needs_the_phone_it_rings_first(client: Client, omar: User, lead: Lead) -> None:
    StaffProfile.objects.filter(user=omar).update(phone="")
    page = read(client, omar, lead)
    assert page.count("disabled") == 1
    assert "your profile has no phone number" in page


def test_a_live_call_turns_the_buttons_off_and_is_linked(client: Client, omar: User, lead: Lead) -> None:
    live = make_call(lead)
    page = read(client, omar, lead)
    assert page.count("disabled") >= 3
    assert f'href="{live.get_absolute_url()}">Watch it' in page


def test_without_test_lines_the_page_says_that_the_lead_is_called(client: Client, omar: User, lead: Lead) -> None:
    assert "one after the other, to Maria" in read(client, omar, lead)
