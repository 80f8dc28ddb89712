"""Seeding the demo: complete, repeatable, and reaching nobody."""

import io
from datetime import timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now

from calls.models import Call
from demo.market import ZONE
from leads.models import (
    Activity,
    Appointment,
    BuyerPreferences,
    Lead,
    Listing,
    SellerProperty,
    StaffProfile,
    Suppression,
)
from leads.scheduling.availability import find_availability

pytestmark = pytest.mark.django_db


def seed(**options: str) -> str:
    out = io.StringIO()
    call_command("seed_demo", stdout=out, **options)
    return out.getvalue()


def counts() -> list[int]:
    models = (
        Call,
        Lead,
        Listing,
        Appointment,
        BuyerPreferences,
        SellerProperty,
        Activity,
        Suppression,
        StaffProfile,
        User,
    )
    return [model._default_manager.count() for model in models]


def test_sixty_leads_cover_every_stage_and_intent() -> None:
    assert "homes added: 400; leads added: 60" in seed()
    pairs = set(Lead.objects.values_list("stage", "intent"))
    assert pairs == set(product(Lead.Stage.values, Lead.Intent.values))


def test_seeding_again_changes_nothing() -> None:
    seed()
    before = counts()
    assert "homes added: 0; leads added: 0" in seed()
    assert counts() == before


def test_seeding_again_refreshes_the_listings_and_leaves_edited_leads_alone() -> None:
    seed()
    Listing.objects.update(modification_timestamp=now() - timedelta(days=3))
    Lead.objects.filter(phone="+15125550100").update(first_name="Mariana")
    seed()
    assert not Listing.objects.filter(modification_timestamp__lt=now() - timedelta(hours=1)).exists()
    assert Lead.objects.get(phone="+15125550100").first_name == "Mariana"


def test_the_first_lead_is_a_buyer_nothing_is_known_of_and_the_second_a_seller() -> None:
    seed()
    first, second = Lead.objects.order_by("created_at", "pk")[:2]
    assert (first.intent, first.stage, str(first.phone)) == ("buyer", "new", "+15125550100")
    assert not BuyerPreferences.objects.filter(lead=first).exists()
    assert first.inquiry_listing is not None
    assert first.inquiry_listing.subdivision_name == "Willow Creek"
    assert (second.intent, second.stage) == ("seller", "new")
    assert first.owner == second.owner == User.objects.get(username="omar")


def test_nobody_real_can_be_reached() -> None:
    seed()
    for phone, email in Lead.objects.values_list("phone", "email"):
        assert "+15125550100" <= str(phone) <= "+15125550179"
        assert email.endswith("@example.com")


def test_dates_make_sense() -> None:
    seed()
    for lead in Lead.objects.all():
        moments = [lead.captured_at, lead.first_attempt_at, lead.first_contact_at]
        known = [moment for moment in moments if moment]
        assert known == sorted(known)
        assert known[-1] <= now()
    coming = Appointment.objects.filter(status="confirmed")
    assert coming.count() == Lead.objects.filter(stage="appointment_set").count()
    assert all(each.start_at > now() for each in coming)
    assert all(each.lead.captured_at < each.start_at < now() for each in Appointment.objects.filter(status="completed"))


def test_staff_can_log_in_be_rung_and_be_booked() -> None:
    assert "lakeside-demo" in seed()
    assert User.objects.get(username="omar").check_password("lakeside-demo")
    assert User.objects.get(username="ana").is_superuser
    assert StaffProfile.objects.get(user__username="mona").is_manager
    assert all(profile.phone for profile in StaffProfile.objects.all())
    omar = User.objects.get(username="omar")
    assert omar.has_perm("leads.change_lead")
    assert not omar.has_perm("leads.delete_lead")
    lead = Lead.objects.get(phone="+15125550100")
    tomorrow = now().date() + timedelta(days=1)
    offer = find_availability(
        lead, Appointment.Type.BUYER_CONSULT, first=tomorrow, last=tomorrow + timedelta(days=7), now=now()
    )
    assert len(offer.slots) == 6


def test_a_password_given_is_set_for_everybody() -> None:
    seed()
    seed(password="another long password")
    assert all(user.check_password("another long password") for user in User.objects.all())


def test_what_a_lead_has_been_through_is_told_by_calls_that_are_there() -> None:
    seed()
    for lead in Lead.objects.prefetch_related("calls", "activities"):
        calls = sorted(lead.calls.all(), key=lambda call: call.queued_at)
        reached = [call for call in calls if call.turns.exists()]
        assert lead.attempts == len(calls)
        assert all(9 <= call.queued_at.astimezone(ZoneInfo(ZONE)).hour < 19 for call in calls)
        assert len({call.queued_at for call in calls}) == len(calls)
        assert lead.first_attempt_at == (calls[0].placed_at if calls else None)
        assert lead.first_contact_at == (reached[0].answered_at if reached else None)
        assert bool(reached) == (lead.stage not in ("new", "attempting"))
        assert {entry.call_id for entry in lead.activities.filter(kind="call")} == {call.pk for call in calls}
        assert all(call.simulated and call.ended_at and call.ended_at < now() for call in calls)


def test_the_calls_are_of_every_type_and_of_most_outcomes_and_each_page_shows_them(client: Client) -> None:
    seed()
    assert set(Call.objects.values_list("type", flat=True)) == {"regular", "conversational", "realtime"}
    assert len(set(Call.objects.values_list("outcome", flat=True))) >= 9
    client.force_login(User.objects.get(username="ana"))
    for call in Call.objects.filter(outcome="appointment_set").order_by("type").distinct()[:3]:
        page = client.get(call.get_absolute_url()).content.decode()
        assert "Appointment set" in page
        assert "simulated" in page
        assert "Without a price" not in page
    booked = Appointment.objects.filter(source="ai_call")
    assert booked.exists()
    assert all(Call.objects.filter(pk=str(each.call_id), lead=each.lead_id).exists() for each in booked)


def test_who_asked_not_to_be_called_said_so_on_a_call() -> None:
    seed()
    for suppressed in Suppression.objects.all():
        lead = Lead.objects.get(phone=suppressed.phone)
        assert lead.calls.latest("queued_at").outcome == "do_not_call"
