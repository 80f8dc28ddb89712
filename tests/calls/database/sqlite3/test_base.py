"""SQLite's lock is waited for as long as the thread's patience allows."""

import sqlite3
import time
from contextlib import closing

import pytest
from django.db import OperationalError, connection

from calls.database.outage import is_outage, patience
from calls.models import CallEvent

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite"),
]


def test_who_is_patient_for_a_moment_learns_after_a_moment_that_the_lock_is_held() -> None:
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
        other.execute("begin exclusive")
        began = time.monotonic()
        with patience(0.1), pytest.raises(OperationalError) as caught:
            CallEvent.objects.all().delete()
        assert 0.05 < time.monotonic() - began < 2.0
        assert is_outage(caught.value)
        other.rollback()


def test_without_a_limit_it_waits_as_its_settings_say() -> None:
    with connection.cursor() as cursor:
        cursor.execute("pragma busy_timeout")
        assert cursor.fetchone()[0] == connection.settings_dict["OPTIONS"]["timeout"] * 1000
    with patience(0.5), connection.cursor() as cursor:
        cursor.execute("pragma busy_timeout")
        assert cursor.fetchone()[0] == 500
    with connection.cursor() as cursor:
        cursor.execute("pragma busy_timeout")
        assert cursor.fetchone()[0] == connection.settings_dict["OPTIONS"]["timeout"] * 1000
