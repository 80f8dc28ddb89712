"""The tests' database: migrated once a run, and a copy of it for each process that runs tests.

Migrating keeps a core busy for seconds. A test on real transactions empties every table after it, and what the
migrations put there comes back as rows: to ask every model again for its permissions takes longer than most tests.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.core.management.commands import flush
from django.db import connection, transaction

KEPT = "kept_"  # before the name of a table: the rows of its migrations


@contextmanager
def prepared(run: Path, process: str) -> Iterator[None]:
    """A database for this process, whose connection is on it. The processes of one run share the folder `run`."""
    copies = _Files(run) if connection.vendor == "sqlite" else _Databases(run)
    with _locked(run):
        copies.ensure_migrated()
        own = copies.copy(process)
    connection.settings_dict["NAME"] = own
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_, **__: put_back())
        if connection.vendor == "postgresql":
            patch.setattr(flush, "sql_flush", lambda *_, **__: _emptying())
        yield
    connection.close()
    with _locked(run):
        copies.drop(own)


@contextmanager
def _locked(run: Path) -> Iterator[None]:
    with (run / "database.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class _Files:
    """SQLite in files: in memory its tables lock without waiting, and a webhook works in several threads."""

    def __init__(self, run: Path) -> None:
        self._run = run
        self._migrated = run / "migrated.sqlite3"

    def ensure_migrated(self) -> None:
        if not self._migrated.exists():
            _migrate(str(self._migrated))

    def copy(self, process: str) -> str:
        own = self._run / f"{process}.sqlite3"
        own.write_bytes(self._migrated.read_bytes())
        connection.settings_dict["CONN_MAX_AGE"] = 0  # threads of one test leave nothing open for the next
        return str(own)

    def drop(self, own: str) -> None:
        """The folder of a run goes with it."""


class _Databases:
    """PostgreSQL: each is made from the migrated one, which goes when nobody has a copy of it any more."""

    def __init__(self, run: Path) -> None:
        self._base = f"test_{connection.settings_dict['NAME']}"
        self._migrated = f"{self._base}_migrated"
        self._copies = run / "copies"

    def ensure_migrated(self) -> None:
        self._copies.mkdir(exist_ok=True)
        if not any(self._copies.iterdir()):
            _migrate(self._migrated)

    def copy(self, process: str) -> str:
        own = f"{self._base}_{process}"
        self._do("drop database if exists {} with (force)", own)
        self._do("create database {} template {}", own, self._migrated)
        self._do("alter database {} set synchronous_commit to off", own)  # a test's rows need not outlive the machine
        (self._copies / own).touch()
        return own

    def drop(self, own: str) -> None:
        """With whoever is in it: a thread of the last test may still be giving back its connection."""
        self._do("drop database if exists {} with (force)", own)
        (self._copies / own).unlink(missing_ok=True)
        if not any(self._copies.iterdir()):
            self._do("drop database if exists {} with (force)", self._migrated)

    def _do(self, statement: str, *names: str) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(_with(statement, *names))


def _migrate(name: str) -> None:
    """A new database of that name, with what its migrations put into tables kept beside them, and nobody in it."""
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            cursor.execute(_with("select exists (select 1 from {})", table))
            if cursor.fetchone()[0]:
                cursor.execute(_with("create table {} as select * from {}", KEPT + table, table))
    connection.close()


def _emptying() -> list[str]:
    """Waits for whoever is at work, as truncating does, which makes a new file for each table and index."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    together = ", ".join(map(connection.ops.quote_name, tables))
    return [f"lock table {together} in access exclusive mode", *(_with("delete from {}", name) for name in tables)]


def put_back() -> None:
    """The rows of the migrations, into tables that are empty."""
    with transaction.atomic(), connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name.startswith(KEPT)]
        for kept in tables:
            cursor.execute(_with("insert into {} select * from {}", kept.removeprefix(KEPT), kept))
        for statement in connection.ops.sequence_reset_sql(no_style(), [_model(kept) for kept in tables]):
            cursor.execute(statement)


def _model(kept: str) -> Any:
    return next(model for model in apps.get_models() if KEPT + model._meta.db_table == kept)


def _with(statement: str, *names: str) -> str:
    return statement.format(*map(connection.ops.quote_name, names))
