"""A lead's page: what it shows to whom, and the buttons that call."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from pytest_django import Settings

from calls.models import Call, CallType, Comparison
from leads.models import Activity, BuyerPreferences, Lead, SellerProperty, Suppression
from tests.calls.carrier_stub import Carrier
from tests.calls.lead_actions.browser import read
from tests.people import make_call, make_lead


def press(client: Client, lead: Lead, type_: str = "realtime", mode: str = "auto") -> str:
    """Press a call button and read the page it leads to."""
    answer = client.post(reverse("lead_call", args=[lead.pk]), {"type": type_, "agent_mode": mode}, follow=True)
    return answer.content.decode()


def test_the_page_shows_the_lead_and_what_is_wanted(client: Client, omar: User, lead: Lead) -> None:
    BuyerPreferences.objects.create(
        lead=lead, price_max=450000, beds_min=3, baths_min=2, areas=[{"kind": "city", "name": "Lakeside"}]
    )
    SellerProperty.objects.create(lead=lead, address="22 Hickory Bend", baths="2.5")
    Activity.objects.create(lead=lead, kind="note", summary="Asked for a Saturday visit")
    page = read(client, omar, lead)
    for fact in (
        "Maria Lopez",
        "up to $450,000",
        ">3+<",
        ">2+<",
        ">2.5<",
        "22 Hickory Bend",
        "Asked for a Saturday visit",
    ):
        assert fact in page


def test_another_agents_lead_is_not_there(client: Client, bob: User, lead: Lead) -> None:
    client.force_login(bob)
    assert client.get(lead.get_absolute_url()).status_code == 404


def test_an_unowned_lead_is_everybodys(client: Client, bob: User) -> None:
    client.force_login(bob)
    assert client.get(make_lead().get_absolute_url()).status_code == 200


def test_the_manager_opens_every_lead(client: Client, mona: User, lead: Lead) -> None:
    assert "Maria Lopez" in read(client, mona, lead)


def test_an_unknown_lead_is_a_page_that_says_so(client: Client, omar: User) -> None:
    client.force_login(omar)
    answer = client.get(reverse("lead_detail", args=[uuid.uuid4()]))
    assert answer.status_code == 404
    assert "Not here" in answer.content.decode()


@pytest.mark.parametrize("name", ["lead_call", "lead_compare"])
def test_nobody_calls_another_agents_lead(client: Client, bob: User, lead: Lead, name: str) -> None:
    client.force_login(bob)
    assert client.post(reverse(name, args=[lead.pk]), {"type": "realtime"}).status_code == 404
    assert not Call.objects.exists()


@pytest.mark.parametrize("name", ["lead_call", "lead_compare"])
def test_looking_at_the_address_of_a_button_calls_nobody(client: Client, omar: User, lead: Lead, name: str) -> None:
    client.force_login(omar)
    assert client.get(reverse(name, args=[lead.pk])).status_code == 405


def test_a_button_needs_the_forms_token(omar: User, lead: Lead) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(omar)
    answer = client.post(reverse("lead_call", args=[lead.pk]), {"type": "realtime"})
    assert answer.status_code == 403
    assert "Nothing was done" in answer.content.decode()
    assert not Call.objects.exists()


@pytest.mark.parametrize("type_", CallType.values)
def test_a_button_places_its_type_of_call_and_shows_it(
    client: Client, omar: User, lead: Lead, carrier: Carrier, type_: str
) -> None:
    client.force_login(omar)
    page = press(client, lead, type_)
    call = Call.objects.get()
    assert (call.type, call.placed_by, call.status) == (type_, omar, "placed")
    assert f"/ws/calls/{call.pk}" in page
    assert len(carrier.created()) == 1


def test_the_agents_mode_is_the_chosen_one(client: Client, omar: User, lead: Lead, carrier: Carrier) -> None:
    client.force_login(omar)
    press(client, lead, mode="seller")
    assert Call.objects.get().agent_mode == "seller"


def test_an_unknown_type_is_refused_and_nobody_is_called(
    client: Client, omar: User, lead: Lead, carrier: Carrier
) -> None:
    client.force_login(omar)
    assert client.post(reverse("lead_call", args=[lead.pk]), {"type": "pigeon"}).status_code == 400
    assert not carrier.requests


def test_a_refusal_is_told_on_the_leads_page(client: Client, omar: User, lead: Lead, carrier: Carrier) -> None:
    client.force_login(omar)
    Suppression.objects.create(phone=lead.phone, reason="manual")
    page = press(client, lead)
    assert "Not called. This number asked not to be called." in page
    assert not carrier.created()


def test_a_call_the_carrier_refuses_shows_why(client: Client, omar: User, lead: Lead, carrier: Carrier) -> None:
    client.force_login(omar)
    carrier.will_refuse(400, 21211, "The 'To' number is not valid")
    page = press(client, lead)
    assert Call.objects.get().status == "failed"
    assert "Failed" in page


def test_comparing_calls_all_three_ways_on_test_lines(
    client: Client, omar: User, lead: Lead, carrier: Carrier, settings: Settings
) -> None:
    settings.TEST_LINES = {"buyer": "+15125550181 +15125550182 +15125550183"}
    client.force_login(omar)
    assert "Maria is not called" in read(client, omar, lead)
    page = client.post(reverse("lead_compare", args=[lead.pk]), {"agent_mode": "auto"}, follow=True).content.decode()
    comparison = Comparison.objects.get()
    assert sorted(comparison.calls.values_list("type", flat=True)) == sorted(CallType.values)
    assert f"/ws/comparisons/{comparison.pk}" in page
    assert "Which way should I call?" in page


def test_a_comparison_nobody_may_start_is_told(client: Client, omar: User, lead: Lead, carrier: Carrier) -> None:
    Suppression.objects.create(phone=lead.phone, reason="manual")
    client.force_login(omar)
    page = client.post(reverse("lead_compare", args=[lead.pk]), follow=True).content.decode()
    assert "Not called." in page
    assert not carrier.created()


def test_last_calls_stand_newest_first(client: Client, omar: User, lead: Lead) -> None:
    old = make_call(lead, status="busy", ended_at=now(), queued_at=now() - timedelta(days=3))
    new = make_call(lead, status="completed", ended_at=now())
    page = read(client, omar, lead)
    assert page.index(str(new.pk)) < page.index(str(old.pk))


def test_times_are_told_in_the_viewers_zone_and_in_the_leads(client: Client, omar: User) -> None:
    lead = make_lead(owner=omar, timezone="America/New_York")
    start = (now() + timedelta(days=3)).replace(hour=21, minute=0, second=0, microsecond=0)
    lead.appointments.create(
        agent=omar, type="showing", start_at=start, end_at=start + timedelta(hours=1), timezone="America/New_York"
    )
    page = read(client, omar, lead)
    assert "16:00 (" in page or "15:00 (" in page  # Chicago, in winter or summer
    assert "EST)" in page or "EDT)" in page
