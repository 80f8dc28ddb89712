"""The demo's password opens no account where strangers could try it."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from pytest_django import Settings

from demo.people import DEMO_PASSWORD
from demo.published_password import no_account_has_it, why_not_here

pytestmark = pytest.mark.django_db
HARMLESS = {
    "IS_PUBLIC": False,
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_API_BASE_URL": "http://127.0.0.1:9100",
    "OPENAI_API_KEY": "sk",
    "OPENAI_BASE_URL": "http://127.0.0.1:9100/v1",
    "AWS_ACCESS_KEY_ID": "k",
    "AWS_ENDPOINT_URL_POLLY": "http://127.0.0.1:9100",
}
DANGEROUS: list[tuple[dict[str, Any], str]] = [
    ({"IS_PUBLIC": True, "PUBLIC_URL": "https://ringside.example"}, "PUBLIC_URL is https://ringside.example"),
    ({"TWILIO_API_BASE_URL": ""}, "TWILIO_ACCOUNT_SID is set and goes to the real service"),
    ({"OPENAI_BASE_URL": "https://api.openai.com/v1"}, "OPENAI_API_KEY is set and goes to the real service"),
    ({"AWS_ENDPOINT_URL_POLLY": ""}, "AWS_ACCESS_KEY_ID is set and goes to the real service"),
]


@pytest.fixture(autouse=True)
def _harmless(settings: Settings) -> None:
    for name, value in HARMLESS.items():
        setattr(settings, name, value)


def seed(**options: Any) -> None:
    call_command("seed_demo", verbosity=0, **options)


def test_at_home_with_stand_ins_it_is_seeded() -> None:
    assert why_not_here() == ""
    seed()
    assert User.objects.get(username="ana").check_password(DEMO_PASSWORD)


@pytest.mark.parametrize(("changed", "said"), DANGEROUS)
def test_where_it_could_be_tried_nothing_is_seeded(settings: Settings, changed: dict[str, Any], said: str) -> None:
    for name, value in changed.items():
        setattr(settings, name, value)
    for options in ({}, {"password": "a long one of my own"}):
        with pytest.raises(CommandError, match=said):
            seed(**options)
    assert not User.objects.exists()


def test_the_flag_asks_for_a_password(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.IS_PUBLIC = True
    monkeypatch.setattr("getpass.getpass", lambda prompt: "a long one of my own")
    seed(even_here=True)
    assert User.objects.get(username="ana").check_password("a long one of my own")


@pytest.mark.parametrize("password", [DEMO_PASSWORD, "short", "password123"])
def test_the_flag_takes_no_password_that_others_know(settings: Settings, password: str) -> None:
    settings.IS_PUBLIC = True
    with pytest.raises(CommandError, match="Not seeded"):
        seed(even_here=True, password=password)
    assert not User.objects.exists()


def test_an_account_that_has_it_is_told_before_it_goes_live() -> None:
    seed()
    assert len(no_account_has_it(None)) == 3
    for user in User.objects.all():
        user.set_password("a long one of my own")
        user.save()
    assert no_account_has_it(None) == []
