"""Who is at work."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User

from leads.errors import ServiceError
from leads.models import StaffProfile
from leads.scheduling.on_duty import find_agent, on_duty
from tests.people import write_raw

pytestmark = pytest.mark.django_db
CHICAGO = ZoneInfo("America/Chicago")
MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=CHICAGO)


def names(at: datetime) -> list[str]:
    return [profile.user.username for profile in on_duty(at)]


def test_staff_are_on_duty_in_their_working_hours_and_zone(omar: User, bob: User) -> None:
    StaffProfile.objects.filter(user=bob).update(timezone="Asia/Tokyo")
    assert names(MONDAY_NOON) == ["omar"]


@pytest.mark.parametrize("at", [MONDAY_NOON.replace(hour=8, minute=59), MONDAY_NOON.replace(hour=18)])
def test_the_day_begins_and_ends_on_time(omar: User, at: datetime) -> None:
    assert names(at) == []


def test_nobody_works_on_a_day_that_is_no_workday(omar: User) -> None:
    assert names(MONDAY_NOON.replace(day=22)) == []


def test_who_has_no_phone_or_is_gone_for_good_is_not_on_duty(omar: User, bob: User) -> None:
    StaffProfile.objects.filter(user=omar).update(phone="")
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert names(MONDAY_NOON) == []


@pytest.mark.parametrize("said", ["Omar", " omar ", "Omar Haddad", "OMAR"])
def test_an_agent_is_found_by_first_full_or_user_name(omar: User, bob: User, said: str) -> None:
    User.objects.filter(pk=omar.pk).update(first_name="Omar", last_name="Haddad")
    assert find_agent(said) == omar


def test_an_unknown_name_is_refused_with_those_who_can_be_booked(omar: User, bob: User, zoe: User) -> None:
    User.objects.filter(pk=omar.pk).update(first_name="Omar")
    User.objects.filter(pk=bob.pk).update(first_name="", is_active=True)
    with pytest.raises(ServiceError) as refused:
        find_agent("Priya")
    assert refused.value.code == "UNKNOWN_AGENT"
    assert set(refused.value.details["suggestions"]) == {"Omar", "bob"}
    assert "I can book you with" in refused.value.say


@pytest.mark.parametrize("columns", [{"timezone": "Central"}, {"timezone": "Nowhere"}, {"workdays": "5"}])
def test_a_profile_others_wrote_keeps_nobody_from_the_phone(omar: User, bob: User, columns: dict[str, str]) -> None:
    write_raw(omar.profile, **columns)
    assert names(MONDAY_NOON) == ["omar", "bob"]
