"""The check that names rows with values no form would take."""

import pytest
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.core.checks.registry import registry

from calls.operations.row_checks import unsound_values
from leads.models import BuyerPreferences, Lead, SellerProperty
from tests.people import make_call, make_lead, make_listing, write_raw

pytestmark = pytest.mark.django_db


def test_sound_rows_need_no_word(lead: Lead) -> None:
    make_listing(features=["pool"])
    BuyerPreferences.objects.create(lead=lead, areas=[{"kind": "city", "name": "Lakeside"}], must_have=["pool"])
    SellerProperty.objects.create(lead=lead, address="1 Oak Street")
    make_call(lead)
    assert list(unsound_values()) == []


def test_each_value_is_named_once_with_what_it_is_read_as(lead: Lead, omar: User) -> None:
    for row in (lead, make_lead()):
        write_raw(row, timezone="Central", language="Klingon")
    write_raw(omar.profile, timezone="CST", workdays="5")
    write_raw(BuyerPreferences.objects.create(lead=lead), areas='["Mueller"]', provenance="7")
    said = {str(value) for value in unsound_values()}
    assert "leads.Lead: 2 rows have 'Central' as timezone, which is read as America/Chicago" in said
    assert "leads.Lead: 2 rows have 'Klingon' as language, which is read as en-US" in said
    assert "leads.StaffProfile: 1 row has 'CST' as timezone, which is read as America/Chicago" in said
    assert any(line.startswith("leads.StaffProfile: 1 row has '5' as workdays") for line in said)
    assert any("areas, which is read as [{'kind': 'neighborhood', 'name': 'Mueller'}]" in line for line in said)
    assert len(said) == 6


def test_it_is_asked_with_the_database_only(lead: Lead) -> None:
    write_raw(lead, timezone="Nowhere")
    assert "rows_are_sound" in {getattr(check, "__name__", "") for check in registry.registered_checks}
    assert "ringside.W060" not in {message.id for message in run_checks()}
    assert [message.id for message in run_checks(tags=["database"], databases=["default"])] == ["ringside.W060"]
