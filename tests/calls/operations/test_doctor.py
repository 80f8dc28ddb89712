"""The doctor asks the vendors over their own wire, here the sandbox's, and says what is wrong with each."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from calls.operations import doctor
from calls.operations.diagnosis import Level
from sandbox.app import create_app
from sandbox.config import Config
from sandbox.services import Services
from tests.people import make_lead, write_raw
from tests.sandbox.serving import serving

pytestmark = pytest.mark.django_db
ACCOUNT, TOKEN, NUMBER = "AC" + "7" * 32, "token-of-the-doctor", "+15125550198"
INBOUND = "https://ringside.example/webhooks/twilio/inbound"


@pytest.fixture(scope="module")
def vendors() -> Iterator[str]:
    config = Config(
        account_sid=ACCOUNT, auth_token=TOKEN, openai_key="sk-right", voice_number=NUMBER, voice_url=INBOUND
    )
    with serving(create_app(config, services=Services(config)).routes) as address:
        yield f"http://{address}"


@pytest.fixture(autouse=True)
def _configured(settings: Settings, vendors: str) -> None:
    values: dict[str, Any] = {
        "PUBLIC_URL": "https://ringside.example",
        "TWILIO_API_BASE_URL": vendors,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM_NUMBER": NUMBER,
        "OPENAI_BASE_URL": f"{vendors}/v1",
        "OPENAI_API_KEY": "sk-right",
        "OPENAI_CHAT_MODEL": "gpt-6-luna",
        "AWS_ENDPOINT_URL_POLLY": vendors,
        "AWS_ACCESS_KEY_ID": "AKIA0000000000000000",
        "AWS_SECRET_ACCESS_KEY": "none",
    }
    for name, value in values.items():
        setattr(settings, name, value)


def told(findings: Any) -> dict[str, str]:
    return {finding.part: finding.level.value for finding in findings}


def test_where_everything_is_right_it_says_so() -> None:
    clocks: dict[str, Any] = {}
    found = told([*doctor.of_carrier(clocks), *doctor.of_models(clocks), *doctor.of_voice(clocks)])
    assert found == dict.fromkeys(
        ("carrier", "number", "inbound", "reports", "chat", "realtime", "transcription", "voice"), "ok"
    )
    assert all(abs(now() - at) < timedelta(seconds=5) for at in clocks.values())
    assert clocks.keys() >= {"Twilio", "OpenAI"}


@pytest.mark.parametrize(
    ("changed", "part", "level"),
    [
        ({"TWILIO_AUTH_TOKEN": "wrong"}, "carrier", "stops"),
        ({"TWILIO_ACCOUNT_SID": ""}, "carrier", "stops"),
        ({"TWILIO_API_BASE_URL": "http://127.0.0.1:9"}, "carrier", "stops"),
        ({"PUBLIC_URL": "https://new.example"}, "inbound", "look"),
        ({"OPENAI_API_KEY": "sk-wrong"}, "models", "stops"),
        ({"OPENAI_API_KEY": ""}, "models", "stops"),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, "models", "stops"),
        ({"OPENAI_CHAT_MODEL": "gpt-9"}, "chat", "stops"),
        ({"OPENAI_REALTIME_MODEL": "gpt-9-realtime"}, "realtime", "stops"),
        ({"OPENAI_TRANSCRIBE_MODEL": "gpt-9-transcribe"}, "transcription", "look"),
        ({"POLLY_VOICE": "joanna"}, "voice", "look"),
        ({"POLLY_ENGINE": "generative", "POLLY_VOICE": "Ivy"}, "voice", "look"),
        ({"AWS_ENDPOINT_URL_POLLY": "http://127.0.0.1:9"}, "voice", "look"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(
    settings: Settings, changed: dict[str, str], part: str, level: str
) -> None:
    for name, value in changed.items():
        setattr(settings, name, value)
    found = [*doctor.of_carrier({}), *doctor.of_models({}), *doctor.of_voice({})]
    assert told(found)[part] == level
    assert all(finding.do for finding in found if finding.level is not Level.OK)
    assert not any(secret in str(found) for secret in (TOKEN, "sk-right", "sk-wrong"))


def test_settings_are_told_by_the_checks_and_all_of_them_where_others_reach_us(settings: Settings) -> None:
    settings.IS_PUBLIC, settings.DEBUG = False, False
    assert told(doctor.of_settings()) == {"settings": "ok"}
    settings.IS_PUBLIC = True
    found = {finding.says.split()[0]: finding.level.value for finding in doctor.of_settings()}
    assert found["BROKERAGE_NAME"] == "stops"


def test_rows_that_no_form_would_take_are_named() -> None:
    write_raw(make_lead(), timezone="Nowhere")
    [found] = [finding for finding in doctor.of_database() if finding.part == "rows"]
    assert (found.level, "'Nowhere' as timezone" in found.says) == (Level.LOOK, True)


def test_the_database_and_the_queue() -> None:
    assert told(doctor.of_database()) == {"database": "ok", "queue": "ok"}
    DBTaskResult.objects.create(
        task_path="calls.tasks.x", args_kwargs={}, backend_name="default", exception_class_path="", traceback=""
    )
    DBTaskResult.objects.update(enqueued_at=now() - timedelta(hours=3))
    found = {finding.part: finding for finding in doctor.of_database()}
    assert found["queue"].level is Level.LOOK
    assert "180 min" in found["queue"].says or "3 h" in found["queue"].says
