"""`manage.py doctor`: a line each, JSON, and status 1 when something stops calls."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from pytest_django import Settings

from calls.comparison.trial_call import Trial
from calls.management.commands.doctor import line_of, line_of_trial
from calls.operations.diagnosis import Finding, Level

pytestmark = pytest.mark.django_db
GOOD = Trial("realtime", "completed", "Yes?", "Where?", 900, "0.010000", (), "")


@pytest.fixture(autouse=True)
def _nothing_configured(settings: Settings) -> None:
    settings.PUBLIC_URL, settings.IS_PUBLIC = "http://127.0.0.1:9", False
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM_NUMBER", "OPENAI_API_KEY"):
        setattr(settings, name, "")
    settings.AWS_ENDPOINT_URL_POLLY = "http://127.0.0.1:9"


def test_a_house_without_settings_is_told_everything_and_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")
    assert ended.value.code == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("STOPS carrier") for line in lines)
    assert any(line.startswith("ok    database") for line in lines)
    assert all("→" in after for line, after in pairwise(lines) if line.startswith("STOPS"))


def test_as_json_it_is_one_object_with_the_same_status(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("doctor", json=True)
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["ok"] is False
    assert {finding["part"] for finding in told["findings"]} >= {"settings", "database", "address", "carrier", "models"}


def test_what_is_no_number_is_not_called() -> None:
    with pytest.raises(CommandError, match=r"not E\.164"):
        call_command("doctor", call="512-555-0100", json=True)


def test_a_number_that_is_neither_a_leads_nor_ours_is_not_called(omar: User) -> None:
    with pytest.raises(CommandError, match="neither a lead's nor ours"):
        call_command("doctor", call="+15125559999", json=True)


def test_a_finding_says_what_to_do_only_where_there_is_something_to_do() -> None:
    assert line_of(Finding("voice", Level.OK, "fine", "nothing")) == "ok    voice         fine"
    assert line_of(Finding("voice", Level.LOOK, "odd", "look")).endswith("odd\n      → look")


@pytest.mark.parametrize(
    ("trial", "said"),
    [
        (GOOD, "ok    realtime      heard “Yes?”, answered 900 ms later “Where?”; 0.010000 USD"),
        (replace(GOOD, late_ms=None, unpriced=("x",)), "answered unmeasured “Where?”; 0.010000 USD and x"),
        (replace(GOOD, heard="", error="13224 Invalid"), "STOPS realtime      completed: 13224 Invalid"),
        (replace(GOOD, heard=""), "nobody was heard"),
        (replace(GOOD, answered=""), "answered nothing"),
        (replace(GOOD, fell_back="model → conversation: lost"), "completed: model → conversation: lost"),
    ],
)
def test_a_call_says_what_was_heard_how_late_and_what_it_cost(trial: Trial, said: str) -> None:
    assert said in line_of_trial(trial)
