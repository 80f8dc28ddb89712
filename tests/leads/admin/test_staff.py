"""Staff in the back office."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.forms import modelform_factory
from django.test import Client
from django.urls import reverse

from leads.models import StaffProfile
from tests.people import write_raw


def test_staff_hours_are_edited_with_the_user(office: Client, omar: User) -> None:
    page = office.get(reverse("admin:auth_user_change", args=[omar.pk])).content.decode()
    assert "works_from" in page


PROFILE: Any = modelform_factory(StaffProfile, fields=["timezone", "workdays"])


def test_a_zone_is_chosen_and_workdays_are_ticked(office: Client, omar: User) -> None:
    page = office.get(reverse("admin:auth_user_change", args=[omar.pk])).content.decode()
    assert "Central (America/Chicago)</option>" in page
    assert len(re.findall(r'type="checkbox" name="profile-0-workdays"', page)) == 7


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"timezone": "America/Denver", "workdays": ["0", "4"]}, set()),
        ({"timezone": "America/Denver"}, set()),
        ({"timezone": "Central", "workdays": ["0"]}, {"timezone"}),
        ({"timezone": "", "workdays": ["0"]}, {"timezone"}),
        ({"timezone": "America/Denver", "workdays": "5x"}, {"workdays"}),
        ({"timezone": "America/Denver", "workdays": ["7"]}, {"workdays"}),
    ],
)
def test_what_is_no_zone_and_no_weekday_is_refused(omar: User, typed: dict[str, Any], wrong: set[str]) -> None:
    form = PROFILE(typed, instance=omar.profile)
    assert set(form.errors) == wrong
    if not wrong:
        saved = form.save()
        saved.refresh_from_db()
        assert (saved.timezone, saved.workdays) == ("America/Denver", [int(day) for day in typed.get("workdays", [])])


def test_the_form_begins_with_what_a_profile_others_wrote_is_read_as(omar: User) -> None:
    write_raw(omar.profile, timezone="Central", workdays='["1", 9]')
    form = PROFILE(instance=StaffProfile.objects.get(user=omar))
    assert (form["timezone"].value(), form["workdays"].value()) == ("America/Chicago", [1])
    never_read = PROFILE(instance=StaffProfile(timezone="Nowhere", workdays=5))
    assert (never_read["timezone"].value(), never_read["workdays"].value()) == ("America/Chicago", [])
