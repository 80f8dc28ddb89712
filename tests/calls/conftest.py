"""Fixtures of the calls: the vendors on a port, and a carrier that answers over the wire."""

import itertools
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from calls.providers import polly, twilio
from tests.calls.carrier_stub import ACCOUNT, FROM_NUMBER, TOKEN, Carrier, running_carrier
from tests.calls.talk import Talk, conversation
from tests.calls.vendors import Vendors, running_vendors


@pytest.fixture(scope="session")
def _vendor_server() -> Iterator[Vendors]:
    polly.warm_up()  # as the web process does at its start
    with running_vendors() as vendors:
        yield vendors


@pytest.fixture
def vendors(_vendor_server: Vendors, carrier: Carrier, settings: Settings) -> Vendors:
    """The chat model, the voice and the recogniser, fresh and scripted by the test; the carrier beside them."""
    _vendor_server.forget()
    settings.OPENAI_BASE_URL = f"{_vendor_server.url}/v1"
    settings.OPENAI_API_KEY = "sk-test"
    settings.AWS_ENDPOINT_URL_POLLY = f"{_vendor_server.url}/polly/{next(_serial)}"
    settings.AWS_ACCESS_KEY_ID = settings.AWS_SECRET_ACCESS_KEY = "test"
    return _vendor_server


_serial = itertools.count()  # a voice of its own for each test: one that failed rests for a while


@pytest.fixture(scope="session")
def _carrier_server() -> Iterator[Carrier]:
    with running_carrier() as carrier:
        yield carrier


@pytest.fixture
def carrier(_carrier_server: Carrier, settings: Settings) -> Carrier:
    """Twilio's stand-in, fresh, with Ringside's settings pointing at it."""
    fresh = Carrier(base_url=_carrier_server.base_url)
    _carrier_server.__dict__.update(fresh.__dict__)
    settings.TWILIO_API_BASE_URL = fresh.base_url
    settings.TWILIO_ACCOUNT_SID = ACCOUNT
    settings.TWILIO_AUTH_TOKEN = TOKEN
    settings.TWILIO_FROM_NUMBER = FROM_NUMBER
    settings.PUBLIC_URL = "https://ringside.example"
    settings.TEST_LINES = {}
    twilio._telephony.cache_clear()
    return _carrier_server


@pytest.fixture(scope="session")
def talk() -> Talk:
    """Makes recordings of two people speaking."""
    return conversation
