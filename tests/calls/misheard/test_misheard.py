"""Each mis-hearing does what it must, and none leaves a wrong value behind that nobody was told of."""

import pytest
from django.contrib.auth.models import User

from tests.calls.misheard.trial import Place, Row, rows, run
from tests.calls.vendors import Vendors

pytestmark = pytest.mark.django_db(transaction=True)


def test_there_are_enough_of_them() -> None:
    assert len(rows()) >= 40


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.name)
def test_a_mishearing_is_handled(row: Row, omar: User, vendors: Vendors) -> None:
    outcome = run(row, Place.of(omar), vendors)
    assert outcome.did == row.must, outcome.words
    assert outcome.wrong_silently == 0
