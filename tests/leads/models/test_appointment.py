"""Appointments as rows: what the database itself refuses."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from leads.models import Appointment, Lead
from tests.people import make_lead

START = datetime(2030, 11, 26, 20, 0, tzinfo=UTC)


def booked(lead: Lead, agent: User, **changes: Any) -> Appointment:
    """An hour's consultation."""
    times = {"start_at": START, "end_at": START + timedelta(hours=1)}
    defaults = {"type": "buyer_consult", "timezone": "America/Chicago", **times}
    return Appointment.objects.create(lead=lead, agent=agent, **defaults | changes)


def test_it_ends_after_it_starts(lead: Lead, omar: User) -> None:
    with pytest.raises(IntegrityError, match="appointment_ends_after_start"), transaction.atomic():
        booked(lead, omar, end_at=START)


def test_an_agent_has_one_confirmed_appointment_at_a_time_and_test_bookings_block_nobody(
    lead: Lead, omar: User
) -> None:
    booked(lead, omar)
    booked(make_lead(), omar, is_test=True, call_id=uuid.uuid4())
    booked(make_lead(), omar, status="completed", start_at=START - timedelta(days=9), end_at=START - timedelta(days=8))
    with pytest.raises(IntegrityError), transaction.atomic():
        booked(make_lead(), omar)


def test_a_lead_has_one_open_appointment_of_each_type(lead: Lead, omar: User, bob: User) -> None:
    booked(lead, omar)
    booked(lead, bob, type="showing")
    with pytest.raises(IntegrityError), transaction.atomic():
        booked(lead, bob, start_at=START + timedelta(days=1), end_at=START + timedelta(days=2))


def test_it_is_named_by_type_and_time(lead: Lead, omar: User) -> None:
    assert str(booked(lead, omar)) == "Buyer consultation on Tue Nov 26, 2030, 14:00 CST"
