"""Two callers, one time: whatever the database, one gets it."""

import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from leads.errors import ServiceError
from leads.models import Appointment, Lead
from leads.scheduling.booking import BookingRequest, book_appointment
from tests.people import make_lead

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
START = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
CONSULT = Appointment.Type.BUYER_CONSULT
pytestmark = pytest.mark.django_db(transaction=True)


def wanted(lead: Lead, agent: User, *, key: str = "", start: datetime = START) -> BookingRequest:
    return BookingRequest(
        lead=lead,
        agent_id=agent.pk,
        type=CONSULT,
        start=start,
        key=key or str(uuid.uuid4()),
        attendee_name="Maria Lopez",
        confirm_phrase="Yes please",
    )


def at_once(requests: list[BookingRequest]) -> list[str]:
    """Book them in as many threads and connections, all released at one moment; what each came to."""
    gate = threading.Barrier(len(requests))
    results = [""] * len(requests)

    def run(number: int, wanted: BookingRequest) -> None:
        try:
            gate.wait(timeout=10)
            book_appointment(wanted, now=NOW)
            results[number] = "booked"
        except ServiceError as refused:
            results[number] = refused.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(requests)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(results)


def test_of_two_leads_after_one_slot_one_gets_it(omar: User) -> None:
    leads = [make_lead(owner=omar) for _ in range(4)]
    requests = [wanted(lead, omar) for lead in leads]
    assert at_once(requests) == ["SLOT_TAKEN"] * 3 + ["booked"]
    assert Appointment.objects.count() == 1


def test_overlapping_starts_exclude_each_other_too(omar: User) -> None:
    starts = [START, START + timedelta(minutes=30)]
    requests = [wanted(make_lead(owner=omar), omar, start=start) for start in starts]
    assert at_once(requests) == ["SLOT_TAKEN", "booked"]
    assert Appointment.objects.count() == 1


def test_one_request_delivered_twice_at_once_books_once(lead: Lead, omar: User) -> None:
    twice = [wanted(lead, omar, key="call-1:tool-1")] * 2
    assert at_once(twice) == ["booked", "booked"]
    assert Appointment.objects.count() == 1


def test_one_lead_on_two_calls_gets_one_appointment(lead: Lead, omar: User, bob: User) -> None:
    requests = [wanted(lead, omar), wanted(lead, bob)]
    assert at_once(requests) == ["ALREADY_BOOKED", "booked"]
    assert Appointment.objects.count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has exclusion constraints")
def test_the_database_itself_refuses_an_overlap(omar: User) -> None:
    fields = {"agent": omar, "type": CONSULT, "timezone": "UTC"}
    hour = timedelta(hours=1)
    Appointment.objects.create(lead=make_lead(), start_at=START, end_at=START + hour, **fields)
    half = START + timedelta(minutes=30)
    with pytest.raises(IntegrityError, match="appointment_never_overlaps"), transaction.atomic():
        Appointment.objects.create(lead=make_lead(), start_at=half, end_at=half + hour, **fields)
    Appointment.objects.create(lead=make_lead(), start_at=half, end_at=half + hour, is_test=True, **fields)
