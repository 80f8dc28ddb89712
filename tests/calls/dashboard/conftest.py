"""Fixtures of the dashboard's tests."""

import pytest

from calls.models import Call
from leads.models import Lead
from tests.calls.dashboard.spoken import ANSWERED
from tests.people import make_call


@pytest.fixture
def call(lead: Lead) -> Call:
    """A realtime call, answered a minute ago."""
    return make_call(lead, answered_at=ANSWERED)
