"""Free slots of an agent: arithmetic on working hours, bookings and zones. Pure: no rows, no clock."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from leads.models import Appointment

GRID_MINUTES = 30
NOTICE = timedelta(hours=2)
HORIZON = timedelta(days=45)
TRAVEL = timedelta(minutes=30)
OFFERED = 6
DURATION = {
    Appointment.Type.BUYER_CONSULT: timedelta(minutes=60),
    Appointment.Type.LISTING_CONSULT: timedelta(minutes=60),
    Appointment.Type.SHOWING: timedelta(minutes=30),
    Appointment.Type.CALLBACK: timedelta(minutes=15),
}
AT_A_PROPERTY = (Appointment.Type.SHOWING, Appointment.Type.LISTING_CONSULT)
PARTS_OF_DAY = {
    "morning": (time(0), time(12)),
    "afternoon": (time(12), time(17)),
    "evening": (time(17), time.max),
    "any": (time(0), time.max),
}


@dataclass(frozen=True, slots=True)
class Busy:
    """A booked interval [start, end) in UTC; `at_property` when the agent has to travel there."""

    start: datetime
    end: datetime
    at_property: bool = False


@dataclass(frozen=True, slots=True)
class AgentCalendar:
    """One agent's working week in the agent's own zone (Monday is 0), and what is booked already."""

    agent_id: int
    name: str
    zone: ZoneInfo
    works_from: time
    works_until: time
    workdays: frozenset[int]
    busy: tuple[Busy, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotQuery:
    """What is asked for: both days inclusive, days and part of day in `zone`, the zone the times are spoken in."""

    type: Appointment.Type
    first: date
    last: date
    zone: ZoneInfo
    part_of_day: str = "any"


@dataclass(frozen=True, slots=True)
class Slot:
    """A free time of one agent, in UTC."""

    agent_id: int
    type: Appointment.Type
    start: datetime
    end: datetime


def local_time(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """Return a wall-clock time in UTC; None when the clocks skip it or show it twice on that day."""
    early = datetime.combine(day, at, zone)
    late = early.replace(fold=1)
    if early.utcoffset() != late.utcoffset():
        return None
    moment = early.astimezone(UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == early.replace(tzinfo=None) else None


def is_ambiguous(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks of that zone show this moment's time twice."""
    local = moment.astimezone(zone)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def is_free(bookings: Iterable[Busy], kind: Appointment.Type, start: datetime, end: datetime) -> bool:
    """Whether no booking overlaps [start, end), with 30 minutes of travel between two properties."""
    for busy in bookings:
        gap = TRAVEL if busy.at_property and kind in AT_A_PROPERTY else timedelta(0)
        if start < busy.end + gap and busy.start - gap < end:
            return False
    return True


def within_hours(calendar: AgentCalendar, start: datetime, end: datetime) -> bool:
    """Whether the agent works through all of [start, end) on the start's local day."""
    local_start, local_end = start.astimezone(calendar.zone), end.astimezone(calendar.zone)
    if local_start.date() != local_end.date() or local_start.weekday() not in calendar.workdays:
        return False
    return calendar.works_from <= local_start.time() and local_end.time() <= calendar.works_until


def free_slots(query: SlotQuery, calendars: Iterable[AgentCalendar], *, now: datetime) -> list[Slot]:
    """List the bookable slots in time order; of several free agents the one with fewest bookings gets the slot."""
    free: dict[datetime, Slot] = {}
    for calendar in sorted(calendars, key=lambda calendar: (len(calendar.busy), calendar.agent_id)):
        for start in _starts(query, calendar, now):
            end = start + DURATION[query.type]
            if start not in free and is_free(calendar.busy, query.type, start, end):
                free[start] = Slot(calendar.agent_id, query.type, start, end)
    return [free[start] for start in sorted(free)]


def spread_over_days(slots: list[Slot], zone: ZoneInfo, *, count: int = OFFERED) -> list[Slot]:
    """Choose at most `count` slots: over many days, far apart within a day, on full hours where possible."""
    days: dict[date, list[Slot]] = defaultdict(list)
    for slot in slots:
        days[slot.start.astimezone(zone).date()].append(slot)
    chosen: list[Slot] = []
    ranked = [_apart(_full_hours(of_day), early=number % 2 == 0) for number, of_day in enumerate(days.values())]
    for place in range(count):
        chosen += [of_day[place] for of_day in ranked if place < len(of_day)]
    return sorted(chosen[:count], key=lambda slot: slot.start)


def _starts(query: SlotQuery, calendar: AgentCalendar, now: datetime) -> Iterator[datetime]:
    opens, closes = PARTS_OF_DAY[query.part_of_day]
    day = query.first - timedelta(days=1)  # the date in the agent's zone may differ from the spoken one
    while day <= query.last + timedelta(days=1):
        for at in _grid(calendar):
            start = local_time(day, at, calendar.zone)
            if start is None or not now + NOTICE <= start <= now + HORIZON or is_ambiguous(start, query.zone):
                continue
            spoken = start.astimezone(query.zone)
            inside = query.first <= spoken.date() <= query.last and opens <= spoken.time() < closes
            if inside and within_hours(calendar, start, start + DURATION[query.type]):
                yield start
        day += timedelta(days=1)


def _grid(calendar: AgentCalendar) -> Iterator[time]:
    """Full and half hours within the working day."""
    minutes = -(-(calendar.works_from.hour * 60 + calendar.works_from.minute) // GRID_MINUTES) * GRID_MINUTES
    while minutes < calendar.works_until.hour * 60 + calendar.works_until.minute:
        yield time(minutes // 60, minutes % 60)
        minutes += GRID_MINUTES


def _full_hours(slots: list[Slot]) -> list[Slot]:
    return [slot for slot in slots if slot.start.minute == 0] or slots


def _apart(slots: list[Slot], *, early: bool) -> list[Slot]:
    """Order the day's slots so that each is as far as possible from those before it; `early` starts in the morning."""
    left = list(slots)
    ordered = [left.pop(len(left) // 4 if early else len(left) * 3 // 4)]
    while left:
        farthest = max(left, key=lambda slot: min(abs(slot.start - taken.start) for taken in ordered))
        left.remove(farthest)
        ordered.append(farthest)
    return ordered
