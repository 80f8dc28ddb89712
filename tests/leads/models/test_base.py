"""What every row of the CRM has: an opaque id, and when it was created and last changed."""

import re

import pytest
from django.utils.timezone import now

from leads.models import E164, Lead
from leads.models.base import Row
from tests.people import make_lead


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
