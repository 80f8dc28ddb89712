"""Fixtures of the calls: the vendors on a port, and a carrier that answers over the wire."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from calls.call_log.events import log_event
from calls.models import Call, CallMeasurement, Comparison, EventKind, Recording, ToolUse, Turn, Usage
from calls.providers import polly, twilio
from calls.recordings.wav import Sound, encode
from leads.models import Appointment, Lead
from tests.calls.carrier_stub import ACCOUNT, FROM_NUMBER, TOKEN, Carrier, running_carrier
from tests.calls.comparison.lines import LINES
from tests.calls.talk import Talk, conversation
from tests.calls.vendors import Vendors, running_vendors
from tests.people import make_call
from tests.stories import finished_comparison


@pytest.fixture(scope="session")
def _vendor_server() -> Iterator[Vendors]:
    polly.warm_up()  # as the web process does at its start
    with running_vendors() as vendors:
        yield vendors


@pytest.fixture
def vendors(_vendor_server: Vendors, carrier: Carrier, settings: Settings) -> Vendors:
    """The chat model, the voice and the recognizer, fresh and scripted by the test; the carrier beside them."""
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


@pytest.fixture
def call(lead: Lead, omar: User, carrier: Carrier) -> Call:
    """A realtime call that rings."""
    return make_call(lead, status="ringing", answered_at=None, placed_by=omar)


@pytest.fixture
def office(client: Client, ana: User) -> Client:
    """The admin's browser."""
    client.force_login(ana)
    return client


@pytest.fixture
def lines(carrier: Carrier, settings: Any) -> Carrier:
    """A carrier, and three test lines for the buyer."""
    settings.TEST_LINES = {"buyer": LINES}
    return carrier


@pytest.fixture
def held(lead: Lead, omar: User, settings: Any, tmp_path: Path) -> Comparison:
    """A comparison of one realtime call with everything on it."""
    settings.MEDIA_ROOT = tmp_path
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    call = make_call(
        lead, comparison=comparison, status="completed", ended_at=now(), duration_seconds=61, placed_by=omar
    )
    Turn.objects.create(
        call=call, speaker="agent", engine="realtime", text="Hi", item_id="1", latency_ms=300, interrupted=True
    )
    Turn.objects.create(call=call, speaker="lead", engine="realtime", text="Hello", item_id="2", position=10)
    ToolUse.objects.create(call=call, name="search_listings", tool_call_id="c1", ok=True, engine="realtime")
    Appointment.objects.create(
        lead=lead, agent=omar, type="buyer_consult", start_at=now(), end_at=now() + timedelta(hours=1),
        timezone="America/Chicago", call_id=call.pk, is_test=True,
    )  # fmt: skip
    recording = Recording.objects.create(
        call=call, sid="RE1", status=Recording.Status.STORED, seconds=60.5, channels=2, rms=[0.05, 0.06]
    )
    recording.file.save("RE1.wav", ContentFile(encode(Sound(np.zeros((80, 2), np.int16), 8000))))
    CallMeasurement.objects.create(
        call=call, metric="response_latency_p50", value=820, unit="ms", detail={"each": [780, 820, 1400]}
    )
    Usage.objects.create(call=call, meter="twilio.outbound_minute", quantity=Decimal(2), key="call")
    Usage.objects.create(call=call, meter="new.meter", quantity=Decimal(2), key="call")
    log_event(call.pk, EventKind.FALLBACK, part="model", to="conversation", reason="socket closed")
    log_event(call.pk, EventKind.RECORDING_TAKEN_IN, dedupe_key=f"{EventKind.RECORDING_TAKEN_IN}:RE1")
    return comparison


@pytest.fixture
def comparison(lead: Lead, omar: User) -> Comparison:
    """Three completed and measured calls."""
    return finished_comparison(lead, omar)
