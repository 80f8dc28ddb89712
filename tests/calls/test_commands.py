"""The commands that run beside the web: dialer, sweep, api_token."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings as project
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from calls.api.tokens import user_of_token
from calls.management.commands.dialer import Rounds
from calls.models import ApiToken, Call, CallEvent, Comparison
from leads.models import Lead
from tests.calls.carrier_stub import Carrier
from tests.people import make_call


def run(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue().strip()


def test_api_token_prints_a_working_token_once(omar: User) -> None:
    assert user_of_token(run("api_token", "omar")) == omar


def test_api_token_revokes(omar: User) -> None:
    token = run("api_token", "omar")
    assert run("api_token", "omar", "--revoke") == "Revoked 1"
    assert user_of_token(token) is None


def test_api_token_refuses_those_the_api_would_refuse(zoe: User) -> None:
    for name in ("zoe", "nobody"):
        with pytest.raises(CommandError):
            run("api_token", name)
    assert not ApiToken.objects.exists()


def test_dialer_places_what_is_due(lead: Lead, omar: User, carrier: Carrier) -> None:
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    Call.objects.create(type="realtime", lead=lead, to_number=lead.phone, comparison=comparison, placed_by=omar)
    assert run("dialer", "--once") == "placed 1"
    assert run("dialer", "--once") == "placed 0"


def test_fm17_the_dialer_also_asks_after_calls_of_which_nothing_is_heard(lead: Lead, carrier: Carrier) -> None:
    sid = carrier.add_call(to=str(lead.phone), status="completed", duration="30")
    call = make_call(lead, twilio_sid=sid)
    CallEvent.objects.create(call=call, kind="answered", at=now() - timedelta(minutes=1))
    rounds = Rounds(sweep_every=60)
    rounds()
    call.refresh_from_db()
    assert call.status == "completed"
    asked = len(carrier.requests)
    rounds()
    assert len(carrier.requests) == asked


def test_sweep_says_what_it_repaired(db: None, carrier: Carrier) -> None:
    steps = "found 0, forgotten 0, settled 0, closed 0, cut_off 0, recordings 0, unannounced 0, clips 0, placed 0"
    assert run("sweep") == steps


def test_a_running_sweep_stops_when_asked(tmp_path: object) -> None:
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/sweep.sqlite3", "LOG_JSON": "1"}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "sweep", "--every", "60", "--skip-checks"],
        cwd=project.BASE_DIR,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    first = process.stderr.readline()  # the database is empty, so the first round fails, and it goes on
    assert "round failed, going on" in first
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    process.stderr.close()
