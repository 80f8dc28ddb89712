"""What every row of the CRM has: an opaque id, and when it was created and last changed."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.timezone import now

from leads.models import (
    E164,
    Activity,
    BuyerPreferences,
    Lead,
    SellerProperty,
    StaffProfile,
    display_name,
    short_name,
)
from leads.models.base import KnownNameField, LineField, Row, ShapedField
from tests.people import make_lead, make_listing, write_raw


def test_a_row_knows_when_it_was_created_and_last_changed(db: None) -> None:
    before = now()
    lead = make_lead()
    created, changed = lead.created_at, lead.updated_at
    lead.save()
    lead.refresh_from_db()
    assert issubclass(Lead, Row)
    assert before <= created <= changed < lead.updated_at
    assert lead.created_at == created


def test_ids_say_nothing_of_how_many_rows_there_are(db: None) -> None:
    assert {make_lead().pk.version for _ in range(3)} == {4}


@pytest.mark.parametrize(
    ("number", "is_e164"),
    [
        ("+15125550100", True),
        ("15125550100", False),
        ("+05125550100", False),
        ("+1512", False),
        ("+1 5125550100", False),
    ],
)
def test_e164_is_a_plus_and_8_to_15_digits(number: str, is_e164: bool) -> None:
    assert bool(re.fullmatch(E164, number)) is is_e164


OTHERS_JSON = ("5", "null", '"Mueller"', "{}", "[]", '["Mueller", 7, null]', '[["a"]]', '{"a": 1}', "true", "1e3")


@pytest.mark.parametrize("text", OTHERS_JSON)
def test_a_json_column_reads_as_its_shape_whatever_is_in_it(lead: Lead, omar: User, text: str) -> None:
    """Every JSON column of the CRM: `read` leaves what it made as it is, so a form takes it again."""
    home = make_listing()
    wants = BuyerPreferences.objects.create(lead=lead)
    sells = SellerProperty.objects.create(lead=lead, address="1 Oak Street")
    line = Activity.objects.create(lead=lead, kind="note", summary="Came in")
    columns = {
        home: ("features",),
        wants: ("areas", "must_have", "property_sub_types", "provenance"),
        sells: ("provenance",),
        line: ("data",),
        omar.profile: ("workdays",),
    }
    for row, names in columns.items():
        write_raw(row, **dict.fromkeys(names, text))
        again: Any = type(row)._default_manager.get(pk=row.pk)
        for name in names:
            field = row._meta.get_field(name)
            assert isinstance(field, ShapedField)
            value = getattr(again, name)
            assert type(value) is type(field.get_default())
            assert field.shape.read(value) == value
            field.clean(value, again)


@pytest.mark.parametrize("model", [Lead, StaffProfile, BuyerPreferences])
def test_migrations_see_what_is_really_there(model: type[models.Model]) -> None:
    for field in model._meta.get_fields():
        if isinstance(field, KnownNameField | ShapedField):
            assert str(field.deconstruct()[1]).startswith("django.db.models.")
            assert type(field.clone()) is type(field)


def test_a_value_of_another_shape_is_refused_with_what_it_must_be(lead: Lead) -> None:
    wants = BuyerPreferences(lead=lead, areas=["Mueller"], must_have="pool", provenance=[1])
    with pytest.raises(ValidationError) as refused:
        wants.full_clean()
    assert set(refused.value.message_dict) == {"areas", "must_have", "provenance"}
    assert "Willow Creek" in refused.value.message_dict["areas"][0]


def test_what_a_database_refuses_is_left_out_as_it_is_written(lead: Lead) -> None:
    wants = BuyerPreferences.objects.create(lead=lead, must_have=["po\0ol"], provenance={"a": {"b": float("nan")}})
    wants.refresh_from_db()
    assert (wants.must_have, wants.provenance) == (["pool"], {"a": {"b": "nan"}})


def test_numbers_of_thousands_of_digits_and_endless_nesting_read_as_nothing(lead: Lead) -> None:
    field = Activity._meta.get_field("data")
    assert isinstance(field, ShapedField)
    assert field.from_db_value("9" * 5000, None, None) == {}
    assert field.from_db_value("[" * 200_000, None, None) == {}


# Of names that are known.
MAKES_ZONES = {"leads/models/zones.py", "leads/templatetags/figures.py", "demo/seeding.py", "demo/call_history.py"}


def test_every_zone_and_json_column_goes_through_these_fields() -> None:
    """A `ZoneInfo(row.timezone)` or a plain JSONField would bring back the row that ends a call."""
    root = Path(__file__).resolve().parents[3]
    found: dict[str, set[str]] = {"ZoneInfo(": set(), "models.JSONField(": set()}
    for app in ("leads", "calls", "realtime", "realestate", "demo"):
        for path in (root / app).rglob("*.py"):
            for words, places in found.items():
                if "migrations" not in path.parts and words in path.read_text():
                    places.add(path.relative_to(root).as_posix())
    assert found == {"ZoneInfo(": MAKES_ZONES, "models.JSONField(": set()}


UNSEEN = ["\u202eJames", "Ja\u2066mes\u2069", "James\u200f", "\x07James", "James\r\n", "\ufeffJames", "\u00adJames"]


@pytest.mark.django_db
@pytest.mark.parametrize("written", UNSEEN)
def test_a_name_turns_no_page_whether_it_is_old_new_or_of_a_bulk(written: str) -> None:
    make_lead(first_name=written, city=f"{written} City")
    stored = Lead.objects.values_list("first_name", flat=True)
    write_raw(Lead.objects.get(), last_name=written)
    lead = Lead.objects.get()
    assert list(stored) == ["James"]
    assert (lead.full_name, lead.city) == ("James James", "James City")
    Lead.objects.update(first_name=written)
    assert Lead.objects.filter(first_name="James").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("written", UNSEEN)
def test_a_colleagues_name_turns_no_page_either(written: str) -> None:
    user = User(username="james", first_name=written, last_name=written)
    assert (short_name(user), display_name(user)) == ("James", "James James")


def test_migrations_see_a_line_as_a_plain_column() -> None:
    assert LineField(max_length=9).deconstruct()[1] == "django.db.models.CharField"


def test_names_of_every_script_stay_as_they_are() -> None:
    for name in ("José", "\u0646\u0648\u0631", "क्\u200dष", "李小龙", "O’Brien-Şahin", "Zoë 2nd"):
        assert LineField(max_length=80).to_python(name) == name
