"""Members of staff as rows, and their names."""

from datetime import time

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from leads.models import StaffProfile, display_name, short_name


def test_a_user_is_named_in_full_and_in_short() -> None:
    omar = User(username="omar", first_name="Omar", last_name="Haddad")
    assert (display_name(omar), short_name(omar)) == ("Omar Haddad", "Omar")
    assert str(StaffProfile(user=omar)) == "Omar Haddad"


def test_a_user_without_names_goes_by_the_username() -> None:
    omar = User(username="omar")
    assert (display_name(omar), short_name(omar)) == ("omar", "omar")
    assert (display_name(User(username="h", last_name="Haddad")), short_name(User(username="h"))) == ("Haddad", "h")


def test_a_working_day_has_hours(omar: User) -> None:
    with pytest.raises(IntegrityError, match="staff_day_has_hours"), transaction.atomic():
        StaffProfile.objects.filter(user=omar).update(works_from=time(18), works_until=time(9))


def test_a_phone_is_e164_or_none(omar: User) -> None:
    StaffProfile.objects.filter(user=omar).update(phone="")
    with pytest.raises(IntegrityError, match="staff_phone_is_e164"), transaction.atomic():
        StaffProfile.objects.filter(user=omar).update(phone="0123")
