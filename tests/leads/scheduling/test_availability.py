"""Which times are offered to a lead, and what the offers' ids are worth."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User

from leads.errors import ServiceError
from leads.models import Appointment, Lead
from leads.scheduling.availability import (
    Availability,
    agent_is_free,
    bookable_agents,
    find_availability,
    read_slot_id,
    sign_slot,
    slot_as_json,
)
from leads.scheduling.slots import Slot
from tests.people import make_lead, make_listing, write_raw

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # Monday 9 AM in Chicago
MONDAY = date(2026, 11, 23)
CONSULT = Appointment.Type.BUYER_CONSULT
SHOWING = Appointment.Type.SHOWING


def offer(
    lead: Lead, kind: Appointment.Type = CONSULT, *, first: date = MONDAY, days: int = 6, **rest: Any
) -> Availability:
    return find_availability(lead, kind, first=first, last=first + timedelta(days=days), now=NOW, **rest)


def refusal(lead: Lead, *args: Any, **rest: Any) -> ServiceError:
    with pytest.raises(ServiceError) as refused:
        offer(lead, *args, **rest)
    return refused.value


def booked(agent: User, start: datetime, **fields: Any) -> Appointment:
    defaults: dict[str, Any] = {"type": CONSULT, "timezone": "America/Chicago", "end_at": start + timedelta(hours=1)}
    return Appointment.objects.create(agent=agent, lead=make_lead(), start_at=start, **defaults | fields)


def test_the_leads_owner_is_offered_before_anybody_else(lead: Lead, omar: User, bob: User) -> None:
    assert {slot.agent_id for slot in offer(lead).slots} == {omar.pk}


def test_an_unowned_lead_meets_whoever_has_least_to_do(omar: User, bob: User) -> None:
    booked(omar, datetime(2026, 11, 30, 16, tzinfo=UTC))
    assert {slot.agent_id for slot in offer(make_lead()).slots} == {bob.pk}


def test_an_owner_who_left_is_replaced(lead: Lead, omar: User, bob: User) -> None:
    omar.is_active = False
    omar.save()
    assert {slot.agent_id for slot in offer(lead).slots} == {bob.pk}


def test_the_agent_asked_for_is_the_one_offered(lead: Lead, omar: User, bob: User) -> None:
    assert {slot.agent_id for slot in offer(lead, agent=bob).slots} == {bob.pk}


def test_strangers_are_not_bookable(lead: Lead, omar: User, zoe: User) -> None:
    assert [profile.user for profile in bookable_agents(make_lead())] == [omar]


def test_at_most_six_times_are_offered(lead: Lead) -> None:
    assert len(offer(lead, days=14).slots) == 6


def test_a_test_call_blocks_nobodys_calendar(lead: Lead, omar: User) -> None:
    whole_day = {"start_at": NOW, "end_at": NOW + timedelta(hours=10)}
    Appointment.objects.create(lead=lead, agent=omar, type=CONSULT, timezone="UTC", is_test=True, **whole_day)
    assert offer(lead, days=0).slots


def test_a_canceled_appointment_frees_its_time(lead: Lead, omar: User) -> None:
    start = datetime(2026, 11, 24, 16, tzinfo=UTC)
    appointment = booked(omar, start)
    assert not agent_is_free(omar.pk, CONSULT, start, start + timedelta(hours=1))
    assert agent_is_free(omar.pk, CONSULT, start, start + timedelta(hours=1), apart_from=appointment.pk)
    Appointment.objects.update(status=Appointment.Status.CANCELED)
    assert agent_is_free(omar.pk, CONSULT, start, start + timedelta(hours=1))


def test_times_of_a_showing_are_said_in_the_homes_zone(lead: Lead) -> None:
    home = make_listing(timezone="America/Denver")
    assert offer(lead, SHOWING, listing=home).zone == ZoneInfo("America/Denver")
    assert offer(lead).zone == ZoneInfo("America/Chicago")


def test_a_showing_needs_a_home_on_show(lead: Lead) -> None:
    assert refusal(lead, SHOWING).code == "LISTING_NOT_SHOWABLE"
    pending = make_listing(standard_status="Pending")
    no = refusal(lead, SHOWING, listing=pending)
    assert no.code == "LISTING_NOT_SHOWABLE"
    assert no.fields == ("listing_key",)


def test_past_days_are_refused_and_a_window_begun_is_used(lead: Lead) -> None:
    assert refusal(lead, first=MONDAY - timedelta(days=3), days=1).code == "PAST"
    assert offer(lead, first=MONDAY - timedelta(days=3), days=5).slots


def test_bookings_reach_forty_five_days_ahead(lead: Lead) -> None:
    assert refusal(lead, first=MONDAY + timedelta(days=46)).code == "OUTSIDE_HORIZON"


def test_a_window_is_at_most_two_weeks(lead: Lead) -> None:
    assert refusal(lead, days=15).code == "INVALID_RANGE"
    assert refusal(lead, days=-1).code == "INVALID_RANGE"


def test_a_full_week_names_the_next_free_time(lead: Lead, omar: User) -> None:
    for day in range(6):
        start = datetime(2026, 11, 23 + day, 14, tzinfo=UTC)
        booked(omar, start, end_at=start + timedelta(hours=11))
    no = refusal(lead, days=5)
    assert no.code == "NO_SLOTS"
    assert no.retryable
    assert no.details["next_available"].startswith("2026-11-30T09:00:00-06:00")
    assert "Monday, November thirtieth at 9 AM" in no.say


def test_without_staff_there_is_no_time_and_no_promise(db: None) -> None:
    no = refusal(make_lead())
    assert no.code == "NO_SLOTS"
    assert no.details["next_available"] is None
    assert not no.retryable


SLOT = Slot(7, CONSULT, datetime(2026, 11, 24, 20, 0, tzinfo=UTC), datetime(2026, 11, 24, 21, 0, tzinfo=UTC))


def test_an_offer_says_its_time_and_is_read_back_by_its_holder() -> None:
    told = slot_as_json(SLOT, ZoneInfo("America/Chicago"), holder="call-1")
    assert told["spoken"] == "Tuesday, November twenty-fourth at 2 PM"
    assert told["start"] == "2026-11-24T14:00:00-06:00"
    assert told["timezone"] == "America/Chicago"
    assert read_slot_id(told["slot_id"], holder="call-1") == (7, SLOT.start, CONSULT)


def test_another_calls_offer_is_worth_nothing() -> None:
    with pytest.raises(ServiceError, match="INVALID_SLOT"):
        read_slot_id(sign_slot(SLOT, holder="call-1"), holder="call-2")


@pytest.mark.parametrize("forged", ["", "1", "7.29400000.buyer_consult", "7.29400000.buyer_consult:1abc:xyz"])
def test_an_invented_offer_is_worth_nothing(forged: str) -> None:
    with pytest.raises(ServiceError, match="INVALID_SLOT"):
        read_slot_id(forged, holder="call-1")


def test_an_offer_stands_for_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    offered = sign_slot(SLOT, holder="call-1")
    later = datetime.now(UTC).timestamp() + 601
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    with pytest.raises(ServiceError, match="SLOT_EXPIRED"):
        read_slot_id(offered, holder="call-1")


@pytest.mark.parametrize("columns", [{"timezone": "Central"}, {"timezone": "Nowhere"}, {"workdays": "5"}])
def test_a_profile_others_wrote_leaves_everybody_their_free_times(
    omar: User, bob: User, columns: dict[str, str]
) -> None:
    write_raw(omar.profile, **columns)
    assert {slot.agent_id for slot in offer(make_lead(owner=omar)).slots} == {omar.pk}
    assert {slot.agent_id for slot in offer(make_lead(owner=bob)).slots} == {bob.pk}
    assert offer(make_lead()).slots


def test_a_lead_or_home_in_no_zone_is_offered_times_on_the_brokerages_clock(lead: Lead, omar: User) -> None:
    home = make_listing()
    for row in (lead, home):
        write_raw(row, timezone="Nowhere")
    assert offer(Lead.objects.get(pk=lead.pk)).zone.key == "America/Chicago"
    home.timezone = "Nowhere"  # as it stands in memory, before it was ever read back
    assert offer(lead, SHOWING, listing=home).zone.key == "America/Chicago"
