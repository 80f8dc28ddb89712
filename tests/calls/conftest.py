"""Fixtures of the calls: a carrier that answers over the wire."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import SettingsWrapper

from calls.providers import twilio
from tests.calls.carrier import ACCOUNT, FROM_NUMBER, TOKEN, Carrier, running_carrier


@pytest.fixture(scope="session")
def _carrier_server() -> Iterator[Carrier]:
    with running_carrier() as carrier:
        yield carrier


@pytest.fixture
def carrier(_carrier_server: Carrier, settings: SettingsWrapper) -> Carrier:
    """Twilio's stand-in, fresh, with Ringside's settings pointing at it."""
    fresh = Carrier(base_url=_carrier_server.base_url)
    _carrier_server.__dict__.update(fresh.__dict__)
    settings.TWILIO_API_BASE_URL = fresh.base_url
    settings.TWILIO_ACCOUNT_SID = ACCOUNT
    settings.TWILIO_AUTH_TOKEN = TOKEN
    settings.TWILIO_FROM_NUMBER = FROM_NUMBER
    settings.PUBLIC_URL = "https://ringside.example"
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    twilio._telephony.cache_clear()
    return _carrier_server
