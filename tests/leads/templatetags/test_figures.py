"""How figures are written on every page."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.template import Context, Template
from django.utils import timezone
from django.utils.timezone import now

from leads.templatetags import figures


@pytest.mark.parametrize(
    ("seconds", "written"), [(75, "1:15"), (0, "0:00"), (59.6, "1:00"), (3600, "60:00"), (None, "")]
)
def test_a_duration(seconds: float | None, written: str) -> None:
    assert figures.clock(seconds) == written
    assert figures.clock_ms(None if seconds is None else int(seconds * 1000)) == written


def test_money_is_in_whole_dollars() -> None:
    assert figures.money(Decimal("425000.00")) == "$425,000"
    assert figures.money(None) == ""


def test_a_phone_number_is_written_as_its_country_does() -> None:
    assert figures.phone("+15125550123") == "(512) 555-0123"
    assert figures.phone("+442071838750") == "+44 20 7183 8750"
    assert figures.phone("") == ""


@pytest.mark.parametrize(
    ("past", "written"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=12), "12 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=5), "5 d ago"),
    ],
)
def test_a_past_moment(past: timedelta, written: str) -> None:
    assert figures.ago(now() - past) == written


def test_a_moment_long_past_is_a_date_and_none_is_nothing() -> None:
    with timezone.override(ZoneInfo("UTC")):
        assert figures.ago(datetime(2020, 3, 4, 12, tzinfo=UTC)) == "Mar 4, 2020"
    assert figures.ago(None) == ""


@pytest.mark.parametrize(
    ("late", "written"),
    [
        (timedelta(days=9), "Overdue 9 d"),
        (timedelta(hours=3), "Overdue 3 h"),
        (timedelta(minutes=1), "Due now"),
    ],
)
def test_what_is_overdue(late: timedelta, written: str) -> None:
    assert figures.due(now() - late) == written
    assert figures.is_overdue(now() - late)


def test_what_is_not_due_yet_is_named_by_its_day() -> None:
    with timezone.override(ZoneInfo("UTC")):
        tomorrow, later = now() + timedelta(days=1), now() + timedelta(days=5)
        assert figures.due(tomorrow) == f"Tomorrow {tomorrow:%H:%M}"
        assert figures.due(later) == f"{later:%a %b %-d}"
    assert not figures.is_overdue(later)
    assert figures.due(None) == "Nothing due"
    assert not figures.is_overdue(None)


def test_a_moment_is_shown_on_the_other_clock_too_when_it_differs() -> None:
    moment = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
    with timezone.override(ZoneInfo("America/Chicago")):
        assert figures.when(moment) == "Tue Nov 24, 14:00"
        assert figures.when(moment, "America/Chicago") == "Tue Nov 24, 14:00"
        assert figures.when(moment, "America/New_York") == "Tue Nov 24, 14:00 (Tue 15:00 EST)"


def test_small_helpers() -> None:
    assert figures.words("fenced_yard") == "fenced yard"
    assert figures.at({"a": 1}, "a") == 1
    assert figures.at({}, "a") is None


def test_a_user_is_named_in_full_or_by_username(zoe: User) -> None:
    shown = Template("{% load figures %}{{ user|display_name }}")
    zoe.first_name, zoe.last_name = "Zoe", "Zander"
    assert shown.render(Context({"user": zoe})) == "Zoe Zander"
    zoe.first_name = zoe.last_name = ""
    assert shown.render(Context({"user": zoe})) == "zoe"
