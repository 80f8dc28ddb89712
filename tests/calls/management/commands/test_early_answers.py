"""`manage.py early_answers`: what it prints where nothing was begun early."""

import pytest

from tests.calls.management.commands.output import run

pytestmark = pytest.mark.django_db


def test_without_early_answers_no_rate_and_no_gain_is_claimed() -> None:
    assert run("early_answers").splitlines() == [
        "turns answered     0",
        "begun early        0, used 0 (- of the turns)",
        "cost of the others 0.000000 USD",
    ]
