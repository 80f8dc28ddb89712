"""Rows of the CRM that older versions wrote come forward, and back."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import now

from leads.models import Lead

pytestmark = pytest.mark.django_db(transaction=True)  # the schema is changed under the test
BEFORE_AMERICAN_SPELLING = ("leads", "0005_constraint_words")
AMERICAN_SPELLING = ("leads", "0006_american_spelling")


def migrate(target: tuple[str, str]) -> Any:
    """The class of appointments once the database is at that target."""
    return MigrationExecutor(connection).migrate([target]).apps.get_model("leads", "Appointment")


@pytest.fixture(autouse=True)
def newest_again() -> Iterator[None]:
    """Leave the database as it was found."""
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_a_canceled_appointment_keeps_its_meaning_in_american_spelling(lead: Lead, omar: User) -> None:
    times = {"start_at": now(), "end_at": now() + timedelta(hours=1), "timezone": "UTC", "type": "showing"}
    old = migrate(BEFORE_AMERICAN_SPELLING)
    for status in ("cancelled", "completed"):
        old.objects.create(lead_id=lead.pk, agent_id=omar.pk, status=status, **times)
    assert statuses(migrate(AMERICAN_SPELLING)) == ["canceled", "completed"]
    assert statuses(migrate(BEFORE_AMERICAN_SPELLING)) == ["cancelled", "completed"]


def statuses(appointments: Any) -> list[str]:
    """The stored statuses, in order."""
    return sorted(appointments.objects.values_list("status", flat=True))
