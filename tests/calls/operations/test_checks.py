"""System checks: one line per missing or contradictory setting."""

from typing import Any

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from calls.operations.checks import fit_for_production, settings_are_complete

GOOD: dict[str, Any] = {
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "t",
    "TWILIO_FROM_NUMBER": "+15125550100",
    "TWILIO_API_BASE_URL": "",
    "OPENAI_API_KEY": "sk",
    "OPENAI_CHAT_MODEL": "gpt-6-luna",
    "OPENAI_REALTIME_MODEL": "gpt-realtime-2.1",
    "OPENAI_TRANSCRIBE_MODEL": "gpt-transcribe",
    "AWS_ACCESS_KEY_ID": "k",
    "AWS_SECRET_ACCESS_KEY": "s",
    "PUBLIC_URL": "https://ringside.example",
    "SECRET_KEY": "a long and private one, made for this house alone, 0123456789",
    "DEBUG": False,
    "BROKERAGE_NAME": "Ringside Realty",
    "FORWARDED_ALLOW_IPS": "10.0.0.2",
    "SETTINGS_NOTES": [],
    "HTTPS": True,
    "TEST_LINES": {},
}


@pytest.fixture(autouse=True)
def _complete(settings: Settings) -> None:
    for name, value in GOOD.items():
        setattr(settings, name, value)


def messages() -> list[str]:
    return [f"{check.id} {check.msg}" for check in settings_are_complete(None)]


def test_complete_settings_raise_nothing() -> None:
    assert messages() == []
    assert fit_for_production(None) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TWILIO_ACCOUNT_SID", "", "TWILIO_ACCOUNT_SID is not set"),
        ("TWILIO_AUTH_TOKEN", "", "TWILIO_AUTH_TOKEN is not set"),
        ("TWILIO_FROM_NUMBER", "", "TWILIO_FROM_NUMBER is not set"),
        ("OPENAI_API_KEY", "", "OPENAI_API_KEY is not set"),
        ("AWS_SECRET_ACCESS_KEY", "", "Only one of"),
        ("PUBLIC_URL", "http://ringside.example", "http while calls go to Twilio itself"),
        ("PUBLIC_URL", "https://ring_side.example", "underscore"),
        ("FORWARDED_ALLOW_IPS", "*", "FORWARDED_ALLOW_IPS is *"),
        ("SETTINGS_NOTES", [".env holds A more than once; the last one counts"], "holds A more than once"),
        ("OPENAI_CHAT_MODEL", "gpt-4o-mini", "gpt-4o-mini shuts down on 2027-01-14"),
        ("OPENAI_REALTIME_MODEL", "gpt-realtime", "gpt-realtime shuts down on 2027-01-20"),
        ("OPENAI_TRANSCRIBE_MODEL", "whisper-1", "whisper-1 shuts down on 2027-02-26"),
    ],
)
def test_each_problem_is_told_in_one_line(settings: Settings, name: str, value: Any, said: str) -> None:
    setattr(settings, name, value)
    found = messages()
    assert len(found) == 1, found
    assert said in found[0]
    assert "\n" not in found[0]


def test_http_is_fine_where_the_carrier_is_another_url(settings: Settings) -> None:
    settings.PUBLIC_URL, settings.TWILIO_API_BASE_URL = "http://127.0.0.1:8000", "http://127.0.0.1:9100"
    assert messages() == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("SECRET_KEY", "DEVELOPMENT", "ringside.E001"),
        ("PUBLIC_URL", "http://ringside.example", "ringside.E002"),
        ("TWILIO_AUTH_TOKEN", "", "ringside.E003"),
        ("BROKERAGE_NAME", "Lakeside Homes Realty", "ringside.E004"),
        ("FORWARDED_ALLOW_IPS", "", "ringside.W052"),
    ],
)
def test_what_must_not_go_live_is_an_error_of_the_deployment(
    db: None, settings: Settings, name: str, value: str, code: str
) -> None:  # Django's own checks ask the database what it can do
    setattr(settings, name, settings.DEVELOPMENT_KEY if value == "DEVELOPMENT" else value)
    assert [check.id for check in fit_for_production(None)] == [code]
    assert code in {check.id for check in run_checks(include_deployment_checks=True)}
    assert code not in {check.id for check in run_checks()}
