"""Availability: which times can be offered to a lead, by the staff's hours and bookings, and the ids of offers."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.core import signing

from leads.errors import ServiceError
from leads.models import Appointment, Lead, Listing, StaffProfile, zone_of
from leads.row_by_row import row_by_row
from leads.scheduling.slots import (
    AT_A_PROPERTY,
    HORIZON,
    TRAVEL,
    AgentCalendar,
    Busy,
    Slot,
    SlotQuery,
    free_slots,
    is_free,
    spread_over_days,
)
from leads.spoken_forms import spoken_when

LONGEST_RANGE = timedelta(days=14)
OFFER_STANDS = timedelta(minutes=10)
MONDAY_TO_SATURDAY = frozenset(range(6))


@dataclass(frozen=True, slots=True)
class Availability:
    """Free times, and the zone in which to speak them."""

    slots: tuple[Slot, ...]
    zone: ZoneInfo


def find_availability(
    lead: Lead,
    kind: Appointment.Type,
    *,
    first: date,
    last: date,
    now: datetime,
    part_of_day: str = "any",
    listing: Listing | None = None,
    agent: User | None = None,
) -> Availability:
    """Find at most six free times of `kind` between two days (inclusive, in the zone of the home, else of the lead).

    Raises ServiceError LISTING_NOT_SHOWABLE, PAST, OUTSIDE_HORIZON, INVALID_RANGE or NO_SLOTS. The last has
    `next_available` (local ISO time) when there is one within 45 days; asking for that day finds its slot.
    """
    if kind == Appointment.Type.SHOWING:
        require_showable(listing)
    zone = spoken_zone_of(lead, listing)
    today = now.astimezone(zone).date()
    _check_days(first, last, today)
    query = SlotQuery(kind, max(first, today), last, zone, part_of_day)
    calendars = agent_calendars(bookable_agents(lead, agent), now=now)
    slots = free_slots(query, calendars, now=now)
    if not slots:
        raise _no_slots(query, calendars, now)
    return Availability(tuple(spread_over_days(slots, zone)), zone)


def bookable_agents(lead: Lead, wanted: User | None = None) -> list[StaffProfile]:
    """List who may meet the lead: the agent asked for, else the lead's owner, else all active staff."""
    profiles = StaffProfile.objects.filter(user__is_active=True, user__is_staff=True).select_related("user")
    for user_id in (wanted and wanted.pk, lead.owner_id):
        own = [profile for profile in profiles if profile.user_id == user_id]
        if own:
            return own
    return list(profiles)


def agent_calendars(profiles: Iterable[StaffProfile], *, now: datetime) -> list[AgentCalendar]:
    """Read the calendars of these members of staff from now on. Test bookings block nothing."""
    profiles = list(profiles)
    booked = Appointment.objects.filter(
        agent_id__in=[profile.user_id for profile in profiles],
        status=Appointment.Status.CONFIRMED,
        is_test=False,
        end_at__gt=now - timedelta(hours=1),
    ).values_list("agent_id", "start_at", "end_at", "type")
    rows = list(booked)
    return row_by_row(profiles, lambda one: _calendar(one, [row[1:] for row in rows if row[0] == one.user_id]))


def workdays_of(profile: StaffProfile) -> frozenset[int]:
    """The weekdays on which that member of staff works, Monday is 0."""
    return frozenset(profile.workdays) or MONDAY_TO_SATURDAY


def agent_is_free(
    agent_id: int, kind: Appointment.Type, start: datetime, end: datetime, *, apart_from: uuid.UUID | None = None
) -> bool:
    """Whether no other appointment of the agent is in the way, whatever the working hours; `apart_from` is ignored."""
    near = Appointment.objects.filter(
        agent_id=agent_id,
        status=Appointment.Status.CONFIRMED,
        is_test=False,
        start_at__lt=end + TRAVEL,
        end_at__gt=start - TRAVEL,
    )
    near = near.exclude(pk=apart_from) if apart_from else near
    return is_free(_busy(near.values_list("start_at", "end_at", "type")), kind, start, end)


def spoken_zone_of(lead: Lead, listing: Listing | None) -> ZoneInfo:
    """The zone in which to speak times to this lead: that of the home to be seen, else the lead's own."""
    return zone_of(listing.timezone if listing else lead.timezone)


def require_showable(listing: Listing | None) -> Listing:
    """Return an active listing. Raises ServiceError LISTING_NOT_SHOWABLE when there is none or it is not active."""
    if listing is not None and listing.standard_status == Listing.Status.ACTIVE:
        return listing
    what = "That home can't be shown at the moment." if listing else "I need to know which home you would like to see."
    raise ServiceError(
        "LISTING_NOT_SHOWABLE",
        f"listing is {listing.standard_status}" if listing else "a showing needs the listing_key of an active listing",
        say=f"{what} We can look at others, or talk it over with an agent.",
        retryable=listing is None,
        fields=["listing_key"],
    )


def sign_slot(slot: Slot, *, holder: str) -> str:
    """Sign an offer of the slot to `holder` (the call). It is valid for ten minutes and reserves nothing."""
    return _signer(holder).sign(f"{slot.agent_id}.{int(slot.start.timestamp()) // 60}.{slot.type}")


def read_slot_id(offered: str, *, holder: str) -> tuple[int, datetime, Appointment.Type]:
    """Agent, start (UTC) and type of an offer made to `holder`. Raises ServiceError SLOT_EXPIRED or INVALID_SLOT."""
    again = "Let me look at the times again."
    try:
        agent, minutes, kind = _signer(holder).unsign(offered.strip(), max_age=OFFER_STANDS).split(".")
        return int(agent), datetime.fromtimestamp(int(minutes) * 60, UTC), Appointment.Type(kind)
    except signing.SignatureExpired:
        message = "the offer is older than ten minutes: check_availability again"
        raise ServiceError("SLOT_EXPIRED", message, say=again, retryable=True, fields=["slot_id"]) from None
    except (signing.BadSignature, ValueError):
        message = "slot_id must be one that check_availability returned in this call"
        raise ServiceError("INVALID_SLOT", message, say=again, retryable=True, fields=["slot_id"]) from None


def slot_as_json(slot: Slot, zone: ZoneInfo, *, holder: str) -> dict[str, Any]:
    """Return a slot as it is offered: signed id, spoken form, local ISO start, zone."""
    local = slot.start.astimezone(zone)
    return {
        "slot_id": sign_slot(slot, holder=holder),
        "spoken": spoken_when(local),
        "start": local.isoformat(),
        "timezone": zone.key,
    }


def _signer(holder: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"leads.calendar.slot:{holder}")


def _calendar(profile: StaffProfile, booked: list[Any]) -> AgentCalendar:
    return AgentCalendar(
        agent_id=profile.user_id,
        name=str(profile),
        zone=zone_of(profile.timezone),
        works_from=profile.works_from,
        works_until=profile.works_until,
        workdays=workdays_of(profile),
        busy=_busy(booked),
    )


def _busy(booked: Iterable[Any]) -> tuple[Busy, ...]:
    return tuple(Busy(start, end, kind in AT_A_PROPERTY) for start, end, kind in booked)


def _check_days(first: date, last: date, today: date) -> None:
    fields = ["date_from", "date_to"]
    if last < first or last - first > LONGEST_RANGE:
        raise ServiceError(
            "INVALID_RANGE",
            "date_to must be date_from or up to 14 days later",
            say="Which days would suit you?",
            retryable=True,
            fields=fields,
        )
    if last < today:
        raise ServiceError(
            "PAST",
            f"today is {today}",
            say="That day is past. Which day would suit you?",
            retryable=True,
            fields=fields,
        )
    if first > today + HORIZON:
        raise ServiceError(
            "OUTSIDE_HORIZON",
            f"bookings reach {HORIZON.days} days ahead",
            say="I can book up to six weeks ahead. Is there an earlier day that suits you?",
            retryable=True,
            fields=fields,
        )


def _no_slots(query: SlotQuery, calendars: list[AgentCalendar], now: datetime) -> ServiceError:
    rest = SlotQuery(query.type, query.last, now.astimezone(query.zone).date() + HORIZON, query.zone, query.part_of_day)
    later = next(iter(free_slots(rest, calendars, now=now)), None)
    local = later.start.astimezone(query.zone) if later else None
    offer = f"The next free time is {spoken_when(local)}." if local else "An agent will call you to find a time."
    return ServiceError(
        "NO_SLOTS",
        "no free time on these days",
        say=f"Nothing is free then. {offer}",
        retryable=later is not None,
        fields=["date_from", "date_to", "part_of_day"],
        next_available=local.isoformat() if local else None,
    )
