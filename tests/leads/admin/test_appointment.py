"""Appointments in the back office: no double booking by hand, and each agent sees their own."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from leads.models import Appointment, Lead
from tests.leads.admin.conftest import OfficeOf
from tests.leads.admin.typed import filled_in
from tests.people import make_lead

WHAT = ["booked for", "is moved to", "is canceled", "is deleted"]
START = datetime(2030, 11, 26, 20, 0, tzinfo=UTC)


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


def test_a_booking_by_hand_is_on_the_timeline_moves_the_stage_and_is_named_on_the_local_clock(
    office: Client, lead: Lead, omar: User, ana: User
) -> None:
    local = START - timedelta(hours=6)  # 14:00 in Chicago
    page = office.post(reverse("admin:leads_appointment_add"), appointment_form(lead, omar, local), follow=True)
    told = page.content.decode()
    assert "Tue Nov 26, 2030, 14:00 CST" in told
    assert "UTC" not in told
    lead.refresh_from_db()
    assert lead.stage == "appointment_set"
    line = lead.activities.get(kind="appointment")
    assert line.summary.startswith("Buyer consultation booked for Tuesday")
    assert (line.actor, line.by_ai) == (ana, False)
    assert lead.activities.get(kind="stage").actor == ana


def test_moving_and_calling_off_by_hand_are_on_the_timeline_too(office: Client, lead: Lead, omar: User) -> None:
    local = START - timedelta(hours=6)
    office.post(reverse("admin:leads_appointment_add"), appointment_form(lead, omar, local))
    made = Appointment.objects.get()
    change = reverse("admin:leads_appointment_change", args=[made.pk])
    for changes in (
        appointment_form(lead, omar, local + timedelta(hours=1)),
        {"notes": "Side door"},
        {"status": "canceled"},
    ):
        assert office.post(change, filled_in(office.get(change)) | changes).status_code == 302
    office.post(reverse("admin:leads_appointment_delete", args=[made.pk]), {"post": "yes"})
    lines = [line.summary for line in lead.activities.filter(kind="appointment").order_by("id")]
    assert [next(word for word in WHAT if word in line) for line in lines] == WHAT
    assert len(lines) == len(WHAT)


def test_a_time_is_shown_on_the_viewers_clock_and_on_the_leads(office: Client, lead: Lead, omar: User) -> None:
    Appointment.objects.create(
        lead=lead,
        agent=omar,
        type="showing",
        start_at=START,
        end_at=START + timedelta(hours=1),
        timezone="America/New_York",
    )
    page = office.get(reverse("admin:leads_appointment_changelist")).content.decode()
    assert "Tue Nov 26, 14:00 (Tue 15:00 EST)" in page
    add = office.get(reverse("admin:leads_appointment_add")).content.decode()
    assert "On your own clock, America/Chicago." in add


def test_appointments_are_listed_by_date(office: Client, lead: Lead, omar: User) -> None:
    Appointment.objects.create(
        lead=lead, agent=omar, type="showing", start_at=START, end_at=START + timedelta(hours=1), timezone="UTC"
    )
    page = office.get(reverse("admin:leads_appointment_changelist"), {"start_at__year": 2030}).content.decode()
    assert "Maria Lopez" in page


def test_agents_see_the_appointments_they_keep_and_those_of_their_leads(
    office_of: OfficeOf, omar: User, bob: User
) -> None:
    times = {"start_at": START, "end_at": START + timedelta(hours=1), "timezone": "UTC", "type": "showing"}
    Appointment.objects.create(lead=make_lead(first_name="Bobsown", owner=bob), agent=bob, **times)
    Appointment.objects.create(lead=make_lead(first_name="Omarkeeps", owner=bob), agent=omar, **times)
    office = office_of(omar)
    page = office.get(reverse("admin:leads_appointment_changelist")).content.decode()
    assert "Omarkeeps" in page
    assert "Bobsown" not in page
