"""Appointments made by hand, on the timeline."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now

from leads.models import Appointment, Lead
from leads.scheduling.by_hand import record_by_hand, record_removal
from tests.people import make_lead


def made(lead: Lead, agent: User, **fields: Any) -> Appointment:
    start = now() + timedelta(days=3)
    given = {"type": "buyer_consult", "timezone": "America/Chicago", "start_at": start}
    return Appointment(lead=lead, agent=agent, end_at=start + timedelta(hours=1), **given | fields)


def lines(lead: Lead) -> list[str]:
    return [line.summary for line in lead.activities.filter(kind="appointment").order_by("id")]


@pytest.mark.parametrize(
    ("stage", "kind", "after"),
    [
        ("new", "buyer_consult", "appointment_set"),
        ("nurture", "showing", "appointment_set"),
        ("client", "showing", "client"),
        ("new", "callback", "new"),
    ],
)
def test_a_booking_moves_the_stage_as_one_by_the_ai_does(omar: User, stage: str, kind: str, after: str) -> None:
    lead = make_lead(stage=stage)
    record_by_hand(made(lead, omar, type=kind), before=None, by=omar)
    lead.refresh_from_db()
    assert lead.stage == after
    assert "booked for" in lines(lead)[0]


def test_one_that_was_is_written_down_as_what_it_was(lead: Lead, omar: User) -> None:
    record_by_hand(made(lead, omar, status="completed"), before=None, by=omar)
    assert lines(lead)[0].endswith("was held")
    lead.refresh_from_db()
    assert lead.stage == "new"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"status": "no_show"}, "was missed"),
        ({"type": "showing"}, "is moved to"),
        ({"notes": "Side door"}, ""),
        ({"start_at": now() + timedelta(days=9)}, "is moved to"),
    ],
)
def test_a_change_is_one_line_or_none(lead: Lead, omar: User, changes: dict[str, Any], says: str) -> None:
    before = made(lead, omar)
    after = made(lead, omar, **{"start_at": before.start_at} | changes)
    record_by_hand(after, before=before, by=omar)
    assert [says in line for line in lines(lead)] == ([True] if says else [])


def test_an_appointment_given_to_another_lead_is_on_both_timelines(lead: Lead, omar: User) -> None:
    other = make_lead()
    record_by_hand(made(other, omar), before=made(lead, omar), by=omar)
    assert "another lead" in lines(lead)[0]
    assert "booked for" in lines(other)[0]


def test_a_deleted_one_is_on_the_timeline(lead: Lead, omar: User) -> None:
    record_removal(made(lead, omar), by=omar)
    assert lines(lead)[0].endswith("is deleted")
