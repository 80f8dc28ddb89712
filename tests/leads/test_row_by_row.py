"""One row that cannot be read does not stand for all others."""

import pytest
from django.db import DatabaseError

from leads.models import Lead
from leads.row_by_row import row_by_row
from tests.people import make_lead


def test_the_others_are_there(db: None) -> None:
    bad, good = make_lead(first_name="Bad"), make_lead(first_name="Good")

    def name(lead: Lead) -> str:
        if lead.pk == bad.pk:
            raise ZoneNotReadable
        return lead.first_name

    assert row_by_row([bad, good], name) == ["Good"]


def test_a_database_that_is_away_is_no_fault_of_a_row(db: None) -> None:
    def ask(lead: Lead) -> str:
        raise DatabaseError

    with pytest.raises(DatabaseError):
        row_by_row([make_lead()], ask)


class ZoneNotReadable(Exception):
    """What a row may raise."""
