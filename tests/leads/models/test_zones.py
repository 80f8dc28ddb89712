"""Time zones: as people write them, as forms offer them, and the brokerage's own for a new row."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from pytest_django import Settings

from leads.models import Appointment, Lead, Listing, StaffProfile, brokerage_zone, find_zone, zone_of
from leads.models.zones import zone_choices
from tests.people import make_lead, make_listing, write_raw


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("America/Chicago", "America/Chicago"),
        (" america/los angeles ", "America/Los_Angeles"),
        ("Central", "America/Chicago"),
        ("CST", "America/Chicago"),
        ("cdt", "America/Chicago"),
        ("Central Time (US & Canada)", "America/Chicago"),
        ("US/Central", "US/Central"),
        ("Eastern Standard Time", "America/New_York"),
        ("EST", "America/New_York"),
        ("PT", "America/Los_Angeles"),
        ("Mountain time zone", "America/Denver"),
        ("Hawaii", "Pacific/Honolulu"),
        ("gmt", "UTC"),
        ("Europe/Berlin", "Europe/Berlin"),
    ],
)
def test_what_is_meant_is_found(written: str, zone: str) -> None:
    assert find_zone(written) == zone
    assert zone_of(written).key == zone


@pytest.mark.parametrize(
    "written",
    ["", " ", "Nowhere", "America", "../../etc/passwd", "/etc/localtime", "localtime", "Factory", "America/Chicago\0",
     "\ud800", "x" * 10_000, "Central European", "UTC+99", "-6", None, 5, ["Central"]],
)  # fmt: skip
def test_what_is_no_zone_is_the_brokerages(written: object, settings: Settings) -> None:
    settings.TIME_ZONE = "America/Denver"
    assert find_zone(written) is None
    assert zone_of(written).key == "America/Denver"


def test_a_brokerage_without_a_zone_is_in_utc(settings: Settings) -> None:
    settings.TIME_ZONE = "Nowhere"
    assert brokerage_zone() == "UTC"


def test_the_zones_people_name_come_first_in_a_form() -> None:
    (_, usual), (_, others) = zone_choices()
    assert ("America/Chicago", "Central (America/Chicago)") in usual
    assert ("Europe/Berlin", "Europe/Berlin") in others
    assert not {zone for zone, _ in usual} & {zone for zone, _ in others}


def test_new_rows_are_in_the_zone_of_the_brokerage(db: None, settings: Settings) -> None:
    settings.TIME_ZONE = "America/New_York"
    staff = StaffProfile.objects.create(user=User.objects.create_user("eve"))
    rows = (make_lead(), make_listing(), staff, Appointment())
    assert {row.timezone for row in rows} == {"America/New_York"}


@pytest.mark.parametrize(
    ("kept", "read"), [("Central", "America/Chicago"), ("Nowhere", "America/Denver"), ("", "America/Denver")]
)
def test_a_row_reads_as_a_zone_whatever_is_in_it(lead: Lead, settings: Settings, kept: str, read: str) -> None:
    settings.TIME_ZONE = "America/Denver"
    home = make_listing()
    rows: list[Any] = [lead, home, StaffProfile.objects.get()]
    for row in rows:
        write_raw(row, timezone=kept)
        assert type(row)._default_manager.get(pk=row.pk).timezone == read
    assert list(Listing.objects.values_list("timezone", flat=True)) == [read]


def test_what_is_meant_is_what_is_stored(lead: Lead) -> None:
    lead.timezone = "Eastern"
    lead.full_clean()
    assert lead.timezone == "America/New_York"
    Lead.objects.filter(pk=lead.pk).update(timezone="PST")
    assert Lead.objects.get(pk=lead.pk).timezone == "America/Los_Angeles"


def test_a_zone_nobody_knows_is_refused(lead: Lead) -> None:
    lead.timezone = "Nowhere"
    with pytest.raises(ValidationError, match="no time zone we know"):
        lead.full_clean()
