"""A PostgreSQL that takes connections and never answers is given up; and for a moment nobody else waits for it."""

import socket
import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import OperationalError, connection

from calls.database.outage import outage, patience
from calls.database.postgresql.base import DatabaseWrapper, PatientConnection


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    outage.over()
    yield
    outage.over()


@pytest.fixture
def silent() -> Iterator[DatabaseWrapper]:
    """A connection to a server that lets everybody in and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as server:
        settings = {
            "ENGINE": "calls.database.postgresql",
            "NAME": "ringside",
            "USER": "nobody",
            "PASSWORD": "",
            "HOST": "127.0.0.1",
            "PORT": server.getsockname()[1],
            "OPTIONS": {},
            "TIME_ZONE": None,
            "CONN_MAX_AGE": 0,
            "CONN_HEALTH_CHECKS": False,
            "AUTOCOMMIT": True,
            "ATOMIC_REQUESTS": False,
        }
        yield DatabaseWrapper(settings, alias="silent")


@pytest.mark.django_db
def test_a_server_that_says_nothing_to_who_connects_is_given_up(silent: DatabaseWrapper) -> None:
    began = time.monotonic()
    with patience(1.0), pytest.raises(OperationalError):
        silent.ensure_connection()
    assert time.monotonic() - began < 6.0


@pytest.mark.django_db
def test_the_next_one_does_not_wait_for_the_same(silent: DatabaseWrapper) -> None:
    outage.notice()
    began = time.monotonic()
    with patience(1.0), pytest.raises(OperationalError):
        silent.ensure_connection()
    assert time.monotonic() - began < 0.4


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a server")
@pytest.mark.django_db(transaction=True)
def test_a_statement_that_gets_no_answer_is_given_up_and_its_connection_closed() -> None:
    own = connection.copy("patient")
    own.ensure_connection()
    assert isinstance(own.connection, PatientConnection)
    began = time.monotonic()
    try:
        with patience(0.3), pytest.raises(OperationalError, match="no answer within"), own.cursor() as cursor:
            cursor.execute("select pg_sleep(20)")
        assert time.monotonic() - began < 5.0
        assert own.connection.closed
        assert outage.is_fresh
    finally:
        own.close()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a server")
@pytest.mark.django_db(transaction=True)
def test_without_a_limit_a_statement_takes_as_long_as_it_wants() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_sleep(0.4)")
    assert isinstance(connection.connection, psycopg.Connection)
