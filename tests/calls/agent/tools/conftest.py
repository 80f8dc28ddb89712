"""The calls on which the tests use tools."""

import pytest
from django.contrib.auth.models import User

from calls.models import Call, Comparison
from leads.models import Lead
from tests.people import make_call


@pytest.fixture
def call(lead: Lead) -> Call:
    return make_call(lead)


@pytest.fixture
def trial(lead: Lead, omar: User) -> Call:
    """A comparison's call to a test line."""
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    return make_call(lead, comparison=comparison, to_number="+15125550181")
