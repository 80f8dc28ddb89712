"""The arithmetic of free times: grid, hours, notice, travel, zones and clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from leads.models import Appointment
from leads.scheduling.slots import (
    DURATION,
    HORIZON,
    NOTICE,
    AgentCalendar,
    Busy,
    Slot,
    SlotQuery,
    free_slots,
    is_free,
    local_time,
    spread_over_days,
    within_hours,
)

CHICAGO = ZoneInfo("America/Chicago")
NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # Monday 9 AM in Chicago
CONSULT = Appointment.Type.BUYER_CONSULT
SHOWING = Appointment.Type.SHOWING


def calendar(agent_id: int = 1, *, zone: ZoneInfo = CHICAGO, busy: tuple[Busy, ...] = ()) -> AgentCalendar:
    return AgentCalendar(agent_id, f"Agent {agent_id}", zone, time(9), time(18), frozenset(range(6)), busy)


def at(hour: int, minute: int = 0, day: date = MONDAY, zone: ZoneInfo = CHICAGO) -> datetime:
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


def wish(kind: Appointment.Type = CONSULT, *, days: int = 0, part: str = "any", zone: ZoneInfo = CHICAGO) -> SlotQuery:
    return SlotQuery(kind, MONDAY, MONDAY + timedelta(days=days), zone, part)


def local_hours(slots: list[Slot], zone: ZoneInfo = CHICAGO) -> list[str]:
    return [f"{slot.start.astimezone(zone):%H:%M}" for slot in slots]


def test_the_first_free_time_is_two_hours_away_and_the_last_ends_with_the_day() -> None:
    hours = local_hours(free_slots(wish(), [calendar()], now=NOW))
    assert hours[0] == "11:00"
    assert hours[-1] == "17:00"
    assert hours[1] == "11:30"


def test_a_booked_stretch_is_left_out_and_its_edges_are_free() -> None:
    busy = Busy(at(13), at(14))
    hours = local_hours(free_slots(wish(), [calendar(busy=(busy,))], now=NOW))
    assert "12:00" in hours
    assert "14:00" in hours
    assert not {"12:30", "13:00", "13:30"} & set(hours)


def test_two_property_visits_lie_half_an_hour_apart() -> None:
    visit = Busy(at(13), at(13, 30), at_property=True)
    shown = local_hours(free_slots(wish(SHOWING), [calendar(busy=(visit,))], now=NOW))
    office = local_hours(free_slots(wish(CONSULT), [calendar(busy=(visit,))], now=NOW))
    assert not {"12:30", "13:00", "13:30"} & set(shown)
    assert {"12:00", "14:00"} <= set(shown)
    assert "13:30" in office


def test_sunday_is_free_of_appointments() -> None:
    sunday = SlotQuery(CONSULT, date(2026, 11, 29), date(2026, 11, 29), CHICAGO)
    assert free_slots(sunday, [calendar()], now=NOW) == []


def test_the_agent_with_the_fewest_bookings_takes_the_time() -> None:
    tomorrow = Busy(at(9, day=MONDAY + timedelta(days=1)), at(10, day=MONDAY + timedelta(days=1)))
    slots = free_slots(wish(), [calendar(1, busy=(tomorrow,)), calendar(2)], now=NOW)
    assert {slot.agent_id for slot in slots} == {2}


def test_a_busy_agents_times_are_taken_over_by_another() -> None:
    all_day = Busy(at(9), at(18))
    slots = free_slots(wish(), [calendar(1), calendar(2, busy=(all_day,))], now=NOW)
    assert {slot.agent_id for slot in slots} == {1}


def test_parts_of_the_day_are_those_of_the_zone_spoken_in() -> None:
    morning = free_slots(wish(part="morning", zone=NEW_YORK, days=1), [calendar()], now=NOW)
    assert local_hours(morning, NEW_YORK) == ["10:00", "10:30", "11:00", "11:30"]
    assert local_hours(morning, CHICAGO) == ["09:00", "09:30", "10:00", "10:30"]


def test_evening_begins_at_five() -> None:
    assert local_hours(free_slots(wish(part="evening"), [calendar()], now=NOW)) == ["17:00"]


def test_nothing_is_offered_beyond_forty_five_days() -> None:
    last_day = (NOW + HORIZON).date()
    late = SlotQuery(CONSULT, last_day, last_day + timedelta(days=5), CHICAGO)
    starts = [slot.start for slot in free_slots(late, [calendar()], now=NOW)]
    assert starts
    assert max(starts) <= NOW + HORIZON


def test_hours_the_clocks_skip_do_not_exist() -> None:
    assert local_time(date(2027, 3, 14), time(2, 30), CHICAGO) is None
    assert local_time(date(2027, 3, 14), time(3, 30), CHICAGO) == datetime(2027, 3, 14, 8, 30, tzinfo=UTC)


def test_hours_the_clocks_show_twice_are_never_offered() -> None:
    assert local_time(date(2026, 11, 1), time(1, 30), CHICAGO) is None
    night_shift = AgentCalendar(1, "Owl", CHICAGO, time(0), time(6), frozenset(range(7)))
    sunday = date(2026, 11, 1)
    slots = free_slots(
        SlotQuery(CONSULT, sunday, sunday, CHICAGO), [night_shift], now=datetime(2026, 10, 30, tzinfo=UTC)
    )
    assert not {"01:00", "01:30"} & set(local_hours(slots))
    assert "02:00" in local_hours(slots)


def test_an_hour_ambiguous_only_for_the_caller_is_not_offered_either() -> None:
    phoenix = AgentCalendar(1, "Sun", ZoneInfo("America/Phoenix"), time(0), time(6), frozenset(range(7)))
    sunday = date(2026, 11, 1)
    slots = free_slots(SlotQuery(CONSULT, sunday, sunday, CHICAGO), [phoenix], now=datetime(2026, 10, 30, tzinfo=UTC))
    assert not {"01:00", "01:30"} & set(local_hours(slots))


def test_the_working_day_keeps_its_hours_over_a_clock_change() -> None:
    before, after = date(2026, 10, 31), date(2026, 11, 2)
    slots = free_slots(SlotQuery(CONSULT, before, after, CHICAGO), [calendar()], now=datetime(2026, 10, 29, tzinfo=UTC))
    first = {slot.start.astimezone(CHICAGO).date(): slot.start for slot in reversed(slots)}
    assert first[before].hour == 14  # 9 AM daylight time
    assert first[after].hour == 15  # 9 AM standard time


def test_at_most_six_slots_are_offered_over_several_days() -> None:
    chosen = spread_over_days(free_slots(wish(days=6), [calendar()], now=NOW), CHICAGO)
    assert len(chosen) == 6
    assert len({slot.start.astimezone(CHICAGO).date() for slot in chosen}) == 6
    assert chosen == sorted(chosen, key=lambda slot: slot.start)


def test_slots_of_one_day_lie_apart_on_full_hours() -> None:
    chosen = spread_over_days(free_slots(wish(), [calendar()], now=NOW), CHICAGO, count=2)
    assert len(chosen) == 2
    assert chosen[1].start - chosen[0].start >= timedelta(hours=3)
    assert all(slot.start.minute == 0 for slot in chosen)


busy_times = st.lists(
    st.builds(
        lambda start, length, visit: Busy(
            NOW + timedelta(minutes=15 * start), NOW + timedelta(minutes=15 * (start + length)), visit
        ),
        st.integers(-20, 600),
        st.integers(1, 20),
        st.booleans(),
    ),
    max_size=12,
)


@given(busy=busy_times, kind=st.sampled_from(list(Appointment.Type)), zone=st.sampled_from([CHICAGO, NEW_YORK]))
def test_every_offered_slot_is_bookable(busy: list[Busy], kind: Appointment.Type, zone: ZoneInfo) -> None:
    agent = calendar(busy=tuple(busy))
    for slot in free_slots(wish(kind, days=7, zone=zone), [agent], now=NOW):
        assert slot.end - slot.start == DURATION[kind]
        assert slot.start >= NOW + NOTICE
        assert is_free(busy, kind, slot.start, slot.end)
        assert within_hours(agent, slot.start, slot.end)
        assert all(slot.end <= each.start or each.end <= slot.start for each in busy)
