"""Booking an appointment: what it needs, what it refuses, and that it happens once."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from leads.errors import ServiceError
from leads.models import Activity, Appointment, BuyerPreferences, Lead, Suppression
from leads.scheduling.booking import BookingRequest, appointment_as_json, book_appointment
from tests.people import make_lead, make_listing

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # Monday 9 AM in Chicago
START = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)  # Tuesday 2 PM
CONSULT = Appointment.Type.BUYER_CONSULT
SHOWING = Appointment.Type.SHOWING
pytestmark = pytest.mark.django_db


def request(lead: Lead, agent: User, **changes: Any) -> BookingRequest:
    defaults: dict[str, Any] = {
        "type": CONSULT,
        "start": START,
        "key": str(uuid.uuid4()),
        "attendee_name": "Maria Lopez",
        "confirm_phrase": "Yes, the first one works for me.",
        "source": Appointment.Source.AI_CALL,
    }
    return BookingRequest(lead=lead, agent_id=agent.pk, **defaults | changes)


def refusal(wanted: BookingRequest) -> ServiceError:
    before = Appointment.objects.count()
    with pytest.raises(ServiceError) as refused:
        book_appointment(wanted, now=NOW)
    assert Appointment.objects.count() == before
    return refused.value


def sign_agreement(lead: Lead, **fields: Any) -> None:
    BuyerPreferences.objects.create(lead=lead, agreement_signed_at=NOW, **fields)


def test_a_booking_is_read_back_with_day_time_zone_and_agent(lead: Lead, omar: User) -> None:
    told = appointment_as_json(book_appointment(request(lead, omar), now=NOW))
    assert told["spoken"] == "Tuesday, November twenty-fourth at 2 PM"
    assert told["spoken_zone"] == "Central time"
    assert told["start"] == "2026-11-24T14:00:00-06:00"
    assert told["end"] == "2026-11-24T15:00:00-06:00"
    assert told["agent_name"] == "Omar Haddad"


def test_a_booking_moves_the_lead_and_shows_on_the_timeline(lead: Lead, omar: User) -> None:
    book_appointment(request(lead, omar), now=NOW)
    lead.refresh_from_db()
    assert lead.stage == Lead.Stage.APPOINTMENT_SET
    kinds = set(Activity.objects.filter(lead=lead).values_list("kind", flat=True))
    assert {Activity.Kind.APPOINTMENT, Activity.Kind.STAGE} <= kinds


def test_a_client_stays_a_client(omar: User) -> None:
    lead = make_lead(owner=omar, stage=Lead.Stage.CLIENT)
    book_appointment(request(lead, omar), now=NOW)
    lead.refresh_from_db()
    assert lead.stage == Lead.Stage.CLIENT


def test_the_same_request_books_once(lead: Lead, omar: User) -> None:
    wanted = request(lead, omar, key="call-1:tool-1")
    assert book_appointment(wanted, now=NOW) == book_appointment(wanted, now=NOW)
    assert Appointment.objects.count() == 1
    assert Activity.objects.filter(kind=Activity.Kind.APPOINTMENT).count() == 1


@pytest.mark.parametrize("phrase", ["", "No, neither.", "maybe"])
def test_nothing_is_booked_without_the_callers_yes(lead: Lead, omar: User, phrase: str) -> None:
    no = refusal(request(lead, omar, confirm_phrase=phrase))
    assert no.code == "NOT_CONFIRMED"
    assert no.retryable


def test_a_taken_time_comes_with_three_others(lead: Lead, omar: User) -> None:
    book_appointment(request(make_lead(owner=omar), omar), now=NOW)
    no = refusal(request(lead, omar))
    assert no.code == "SLOT_TAKEN"
    alternatives = no.details["alternatives"]
    assert len(alternatives) == 3
    assert START.isoformat() not in {each["start"] for each in alternatives}
    assert alternatives[0]["spoken"] in no.say


def test_overlap_is_refused_even_when_the_starts_differ(lead: Lead, omar: User) -> None:
    book_appointment(request(make_lead(owner=omar), omar), now=NOW)
    assert refusal(request(lead, omar, start=START + timedelta(minutes=30))).code == "SLOT_TAKEN"
    assert refusal(request(lead, omar, start=START - timedelta(minutes=30))).code == "SLOT_TAKEN"


def test_appointments_may_touch(lead: Lead, omar: User) -> None:
    book_appointment(request(make_lead(owner=omar), omar), now=NOW)
    book_appointment(request(lead, omar, start=START + timedelta(hours=1)), now=NOW)
    assert Appointment.objects.count() == 2


@pytest.mark.parametrize(
    "start",
    [
        NOW + timedelta(minutes=30),
        NOW - timedelta(days=1),
        NOW + timedelta(days=46),
        datetime(2026, 11, 29, 20, 0, tzinfo=UTC),
        datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
    ],
    ids=["too soon", "past", "too far", "Sunday", "6 AM"],
)
def test_times_outside_the_rules_are_not_bookable(lead: Lead, omar: User, start: datetime) -> None:
    assert refusal(request(lead, omar, start=start)).code == "SLOT_TAKEN"


def test_an_open_appointment_of_the_kind_is_returned_instead_of_a_second(lead: Lead, omar: User) -> None:
    first = book_appointment(request(lead, omar), now=NOW)
    no = refusal(request(lead, omar, start=START + timedelta(hours=2)))
    assert no.code == "ALREADY_BOOKED"
    assert no.details["appointment"]["appointment_id"] == str(first.pk)
    assert "Tuesday, November twenty-fourth at 2 PM" in no.say


def test_a_past_appointment_nobody_marked_is_not_open_any_more(lead: Lead, omar: User) -> None:
    past = NOW - timedelta(days=2)
    old = Appointment.objects.create(
        lead=lead, agent=omar, type=CONSULT, start_at=past, end_at=past + timedelta(hours=1), timezone="UTC"
    )
    book_appointment(request(lead, omar), now=NOW)
    old.refresh_from_db()
    assert old.status == Appointment.Status.UNRESOLVED


def test_a_showing_waits_for_the_buyer_agreement(lead: Lead, omar: User) -> None:
    home = make_listing()
    no = refusal(request(lead, omar, type=SHOWING, listing=home))
    assert no.code == "BUYER_AGREEMENT_REQUIRED"
    assert no.details["offer"] == "buyer_consult"
    sign_agreement(lead)
    shown = book_appointment(request(lead, omar, type=SHOWING, listing=home), now=NOW)
    assert shown.listing == home
    assert shown.end_at - shown.start_at == timedelta(minutes=30)


def test_an_expired_agreement_is_none(lead: Lead, omar: User) -> None:
    sign_agreement(lead, agreement_expires=(NOW - timedelta(days=1)).date())
    assert refusal(request(lead, omar, type=SHOWING, listing=make_listing())).code == "BUYER_AGREEMENT_REQUIRED"


def test_a_home_under_contract_is_not_shown(lead: Lead, omar: User) -> None:
    sign_agreement(lead)
    pending = make_listing(standard_status="Pending")
    assert refusal(request(lead, omar, type=SHOWING, listing=pending)).code == "LISTING_NOT_SHOWABLE"


def test_a_number_that_said_stop_books_nothing(lead: Lead, omar: User) -> None:
    Suppression.objects.create(phone=lead.phone, reason=Suppression.Reason.VERBAL_REQUEST)
    assert refusal(request(lead, omar)).code == "SUPPRESSED"


def test_a_test_call_books_for_itself_only(lead: Lead, omar: User) -> None:
    trial = request(lead, omar, is_test=True, call_id=uuid.uuid4())
    twin = request(lead, omar, is_test=True, call_id=uuid.uuid4())
    assert book_appointment(trial, now=NOW) != book_appointment(twin, now=NOW)
    real = book_appointment(request(lead, omar), now=NOW)
    assert not real.is_test
    lead.refresh_from_db()
    assert Appointment.objects.filter(is_test=True).count() == 2


def test_a_test_call_leaves_the_leads_stage_alone(lead: Lead, omar: User) -> None:
    book_appointment(request(lead, omar, is_test=True, call_id=uuid.uuid4()), now=NOW)
    lead.refresh_from_db()
    assert lead.stage == Lead.Stage.NEW


def test_a_second_test_booking_of_one_call_is_already_booked(lead: Lead, omar: User) -> None:
    call_id = uuid.uuid4()
    book_appointment(request(lead, omar, is_test=True, call_id=call_id), now=NOW)
    assert refusal(request(lead, omar, is_test=True, call_id=call_id)).code == "ALREADY_BOOKED"
