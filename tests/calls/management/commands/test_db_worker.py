"""The worker waits for a database that is away, and gives signs of life."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.management import call_command, get_commands
from django.db import OperationalError
from django.utils.timezone import now
from django_tasks_db.management.commands import db_worker as theirs

from calls.agent.tasks import prepare_call
from calls.management.commands import db_worker
from calls.models import ProcessBeat
from tests.people import make_call


def test_the_worker_that_is_started_is_ours() -> None:
    assert get_commands()["db_worker"] == "calls"


@pytest.mark.django_db(transaction=True)
def test_what_is_queued_is_worked_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theirs.Worker, "configure_signals", lambda self: None)
    result = prepare_call.enqueue(call_id=str(make_call(status="completed", ended_at=now()).pk))
    call_command("db_worker", batch=True, verbosity=0, startup_delay=False, reload=False)
    result.refresh()
    assert result.is_finished
    assert ProcessBeat.objects.filter(role="worker").exists()


@pytest.mark.django_db(transaction=True)
def test_an_outage_is_waited_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theirs.Worker, "configure_signals", lambda self: None)
    monkeypatch.setattr(db_worker, "AGAIN_SECONDS", 0.01)
    tried = []

    def run(self: theirs.Worker) -> None:
        tried.append(self)
        if len(tried) < 3:
            raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(theirs.Worker, "run", run)
    call_command("db_worker", verbosity=0, reload=False)
    assert len(tried) == 3


@pytest.mark.django_db(transaction=True)
def test_any_other_fault_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(self: theirs.Worker) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(theirs.Worker, "configure_signals", lambda self: None)
    monkeypatch.setattr(theirs.Worker, "run", run)
    with pytest.raises(ZeroDivisionError):
        call_command("db_worker", verbosity=0, reload=False)


def test_a_worker_started_before_its_database_waits_and_stops_when_asked(tmp_path: Path) -> None:
    away = {"DATABASE_URL": "postgres://nobody@127.0.0.1:9/none", "LOG_JSON": "1", "DEBUG": "false"}
    environment = os.environ | away | {"SECRET_KEY": "of this test alone, long enough for every check of a key"}
    command = [sys.executable, "manage.py", "db_worker", "--skip-checks"]
    with (tmp_path / "log").open("w+") as log:
        process = subprocess.Popen(command, cwd=project.BASE_DIR, env=environment, stderr=log, stdout=log)
        until = time.monotonic() + 60
        while "waiting for the database" not in (tmp_path / "log").read_text() and time.monotonic() < until:
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
