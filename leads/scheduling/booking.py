"""Booking: one appointment per agent and time, and exactly one for a request that is repeated."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from leads.consent.suppression import is_suppressed
from leads.errors import ServiceError
from leads.models import (
    Activity,
    Appointment,
    BuyerPreferences,
    Lead,
    Listing,
    StaffProfile,
    display_name,
    zone_of,
)
from leads.scheduling.agreement_words import accepts_offered_time
from leads.scheduling.availability import (
    agent_calendars,
    bookable_agents,
    require_showable,
    slot_as_json,
    spoken_zone_of,
)
from leads.scheduling.slots import (
    DURATION,
    HORIZON,
    NOTICE,
    AgentCalendar,
    Slot,
    SlotQuery,
    free_slots,
    is_free,
    within_hours,
)
from leads.spoken_forms import spoken_when, spoken_zone
from leads.timeline.activities import BEFORE_AN_APPOINTMENT, move_stage, record_activity

GRACE = timedelta(minutes=10)  # an offer of two hours' notice may be taken up ten minutes later
ALTERNATIVES = 3
SPACE_BETWEEN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """What to book. `key` makes it idempotent; `is_test` bookings (side-by-side tests) block nobody's calendar."""

    lead: Lead
    agent_id: int
    type: Appointment.Type
    start: datetime
    key: str
    attendee_name: str
    confirm_phrase: str
    listing: Listing | None = None
    notes: str = ""
    call_id: uuid.UUID | None = None
    source: Appointment.Source = Appointment.Source.STAFF
    is_test: bool = False

    @property
    def end(self) -> datetime:
        """When it ends, by its type's length."""
        return self.start + DURATION[self.type]

    @property
    def holder(self) -> str:
        """To whom alternatives are offered when this time is gone."""
        return str(self.call_id or self.lead.pk)


def book_appointment(wanted: BookingRequest, *, now: datetime) -> Appointment:
    """Book an appointment, or return the one that this same request booked before.

    Raises ServiceError NOT_CONFIRMED, SUPPRESSED, BUYER_AGREEMENT_REQUIRED, LISTING_NOT_SHOWABLE, ALREADY_BOOKED (with
    the appointment) or SLOT_TAKEN (with three alternatives).
    """
    earlier = _booked_before(wanted)
    if earlier is not None:
        return earlier
    _check_request(wanted, now)
    try:
        with transaction.atomic():
            return _check_and_insert(wanted, now)
    except IntegrityError:  # another transaction committed between the look and the insert
        return _after_a_race(wanted, now)


def record_booking(appointment: Appointment, *, actor: User | None = None) -> None:
    """Write a new appointment to the lead's timeline, and move the lead's stage as far as it changes it."""
    told = appointment_as_json(appointment)
    trial = "Test call: " if appointment.is_test else ""
    by_ai = appointment.source == Appointment.Source.AI_CALL
    record_activity(
        appointment.lead_id,
        Activity.Kind.APPOINTMENT,
        f"{trial}{appointment.get_type_display()} booked for {told['spoken']} with {told['agent_name']}",
        actor=actor,
        by_ai=by_ai,
        call_id=appointment.call_id,
        data={"appointment": str(appointment.pk)},
    )
    if not appointment.is_test and appointment.type != Appointment.Type.CALLBACK:
        move_stage(
            appointment.lead_id,
            Lead.Stage.APPOINTMENT_SET,
            only_from=BEFORE_AN_APPOINTMENT,
            actor=actor,
            by_ai=by_ai,
            call_id=appointment.call_id,
        )


def appointment_as_json(appointment: Appointment) -> dict[str, Any]:
    """Return an appointment as it is read back: date, time, zone, and with whom."""
    zone = zone_of(appointment.timezone)
    local = appointment.start_at.astimezone(zone)
    return {
        "appointment_id": str(appointment.pk),
        "type": appointment.type,
        "spoken": spoken_when(local),
        "start": local.isoformat(),
        "end": appointment.end_at.astimezone(local.tzinfo).isoformat(),
        "timezone": zone.key,
        "spoken_zone": spoken_zone(zone.key),
        "agent_name": display_name(appointment.agent),
        "attendee_name": appointment.attendee_name,
    }


def _check_request(wanted: BookingRequest, now: datetime) -> None:
    if not accepts_offered_time(wanted.confirm_phrase):
        raise ServiceError(
            "NOT_CONFIRMED",
            "confirm_phrase must hold the caller's own words of agreement",
            say="Just to be sure: shall I book that time for you?",
            retryable=True,
            fields=["confirm_phrase"],
        )
    if wanted.lead.phone and is_suppressed(str(wanted.lead.phone), by_ai=False):
        raise ServiceError(
            "SUPPRESSED", "this number asked not to be called", say="I won't book anything, as you asked."
        )
    if wanted.type == Appointment.Type.SHOWING:
        _require_agreement(wanted.lead, now)
        require_showable(wanted.listing)


def _require_agreement(lead: Lead, now: datetime) -> None:
    """Refuse a showing without a signed buyer agreement (NAR settlement practice since 2024-08-17)."""
    if has_buyer_agreement(lead, now):
        return
    raise ServiceError(
        "BUYER_AGREEMENT_REQUIRED",
        "a written buyer agreement must be signed before a showing: offer a buyer_consult instead",
        say="Before we can tour a home together there is a short buyer agreement to go over. Let's set up a "
        "consultation first.",
        fields=["type"],
        offer="buyer_consult",
    )


def has_buyer_agreement(lead: Lead, now: datetime) -> bool:
    """Whether the lead's buyer agreement is signed and in force at `now`, in the lead's zone."""
    preferences = BuyerPreferences.objects.filter(lead=lead).first()
    if preferences is None or preferences.agreement_signed_at is None:
        return False
    expires = preferences.agreement_expires
    return expires is None or expires >= now.astimezone(zone_of(lead.timezone)).date()


def _check_and_insert(wanted: BookingRequest, now: datetime) -> Appointment:
    """Check and insert while holding the agent's calendar: a row lock on PostgreSQL, the write lock on SQLite."""
    StaffProfile.objects.select_for_update().filter(user_id=wanted.agent_id).first()
    twin = _booked_before(wanted)
    if twin is not None:  # the same request, delivered twice, got here first
        return twin
    _close_past(wanted.lead, wanted.type, now)
    open_one = _open_appointment(wanted)
    if open_one is not None:
        raise _already_booked(open_one)
    calendar = _calendar_of(wanted, now)
    if calendar is None or not _fits(wanted, calendar, now):
        raise _slot_taken(wanted, now)
    appointment = Appointment.objects.create(
        lead=wanted.lead,
        agent_id=wanted.agent_id,
        type=wanted.type,
        listing=wanted.listing,
        start_at=wanted.start,
        end_at=wanted.end,
        timezone=spoken_zone_of(wanted.lead, wanted.listing).key,
        source=wanted.source,
        call_id=wanted.call_id,
        is_test=wanted.is_test,
        idempotency_key=wanted.key,
        attendee_name=wanted.attendee_name,
        confirm_phrase=wanted.confirm_phrase[:300],
        notes=wanted.notes[:300],
    )
    record_booking(appointment)
    return appointment


def _booked_before(wanted: BookingRequest) -> Appointment | None:
    return Appointment.objects.filter(idempotency_key=wanted.key).first()


def _close_past(lead: Lead, kind: Appointment.Type, now: datetime) -> None:
    """Close the lead's confirmed appointments whose time has passed, even if nobody has noted how they went."""
    Appointment.objects.filter(
        lead=lead, type=kind, status=Appointment.Status.CONFIRMED, is_test=False, end_at__lte=now
    ).update(status=Appointment.Status.UNRESOLVED, updated_at=now)


def _open_appointment(wanted: BookingRequest) -> Appointment | None:
    open_ones = Appointment.objects.filter(type=wanted.type, status=Appointment.Status.CONFIRMED)
    if wanted.is_test:
        return open_ones.filter(call_id=wanted.call_id, is_test=True).first()
    return open_ones.filter(lead=wanted.lead, is_test=False).first()


def _calendar_of(wanted: BookingRequest, now: datetime) -> AgentCalendar | None:
    profile = StaffProfile.objects.filter(user_id=wanted.agent_id, user__is_active=True).select_related("user")
    return next(iter(agent_calendars(profile, now=now)), None)


def _fits(wanted: BookingRequest, calendar: AgentCalendar, now: datetime) -> bool:
    in_time = now + NOTICE - GRACE <= wanted.start <= now + HORIZON
    return (
        in_time
        and within_hours(calendar, wanted.start, wanted.end)
        and is_free(calendar.busy, wanted.type, wanted.start, wanted.end)
    )


def _after_a_race(wanted: BookingRequest, now: datetime) -> Appointment:
    mine = _booked_before(wanted)
    if mine is not None:
        return mine
    open_one = _open_appointment(wanted)
    raise _already_booked(open_one) if open_one else _slot_taken(wanted, now)


def _already_booked(appointment: Appointment) -> ServiceError:
    told = appointment_as_json(appointment)
    return ServiceError(
        "ALREADY_BOOKED",
        f"an open {appointment.type} exists",
        say=f"You already have an appointment on {told['spoken']} with {told['agent_name']}.",
        appointment=told,
    )


def _slot_taken(wanted: BookingRequest, now: datetime) -> ServiceError:
    """The error with three alternatives, the nearest to the time that is gone."""
    zone = spoken_zone_of(wanted.lead, wanted.listing)
    day = wanted.start.astimezone(zone).date()
    query = SlotQuery(wanted.type, day - SPACE_BETWEEN, day + SPACE_BETWEEN, zone)
    free = free_slots(query, agent_calendars(bookable_agents(wanted.lead), now=now), now=now)
    near = sorted(sorted(free, key=lambda slot: abs(slot.start - wanted.start))[:ALTERNATIVES], key=_start)
    offered = [slot_as_json(slot, zone, holder=wanted.holder) for slot in near]
    others = " or ".join(offer["spoken"] for offer in offered[:2])
    return ServiceError(
        "SLOT_TAKEN",
        "the slot is no longer free",
        say=f"That time has just been taken. I could do {others}." if offered else "That time has just been taken.",
        retryable=bool(offered),
        fields=["slot_id"],
        alternatives=offered,
    )


def _start(slot: Slot) -> datetime:
    return slot.start
