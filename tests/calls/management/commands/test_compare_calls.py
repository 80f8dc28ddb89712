"""`manage.py compare_calls`: its arguments, its table, and its exit status."""

import json

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError

from calls.comparison.runs import table
from calls.management.commands.compare_calls import aligned, find_lead, read_types, rows
from calls.models import CallType, Comparison
from leads.models import Lead
from tests.calls.carrier_stub import Carrier
from tests.people import make_lead

pytestmark = pytest.mark.django_db


def test_the_printed_table_is_aligned(held: Comparison) -> None:
    lines = aligned(rows(table(held))).splitlines()
    assert len(lines) == 3
    assert lines[0].index("status") == lines[2].index("completed")
    assert "820" in lines[2]
    assert "new.meter" in lines[2]


def test_the_lead_is_found_by_id_by_phone_or_as_the_first(lead: Lead, omar: User) -> None:
    make_lead()
    assert find_lead(str(lead.pk)) == find_lead(str(lead.phone)) == find_lead("first") == lead


@pytest.mark.parametrize("wanted", ["nobody", "+15125559999", "5f1ab1b0-0000-4000-8000-000000000000"])
def test_a_lead_nobody_knows_is_named_in_the_error(wanted: str) -> None:
    with pytest.raises(CommandError, match=wanted.replace("+", r"\+")):
        find_lead(wanted)


def test_types_are_taken_once_each_and_unknown_ones_refused() -> None:
    assert read_types("realtime, regular,realtime") == [CallType.REALTIME, CallType.REGULAR]
    for bad in ("", "fax", "realtime,fax"):
        with pytest.raises(CommandError):
            read_types(bad)


def test_an_unknown_persona_is_refused_before_anybody_is_called(lines: Carrier, lead: Lead) -> None:
    with pytest.raises(CommandError, match="buyer"):
        call_command("compare_calls", "first", "--persona", "martian")
    assert lines.created() == []


def test_calls_that_are_not_over_in_time_are_an_error_but_still_shown(
    lines: Carrier, lead: Lead, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="Not over"):
        call_command("compare_calls", "first", "--types", "realtime", "--wait", "0", "--json")
    shown = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [call["status"] for call in shown["calls"]] == ["placed"]


def test_a_call_that_failed_is_an_error_and_shown(
    lines: Carrier, lead: Lead, capsys: pytest.CaptureFixture[str]
) -> None:
    lines.will_refuse(400, 21211, "Invalid 'To' Phone Number")
    with pytest.raises(CommandError, match="not held"):
        call_command("compare_calls", "first", "--types", "realtime", "--wait", "5")
    assert "failed (21211)" in capsys.readouterr().out
