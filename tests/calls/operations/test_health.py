"""The health page: up when everything is, and honest about what is not."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from calls.operations import health
from tests.calls.carrier_stub import TOKEN, Carrier
from tests.calls.vendors import Vendors
from tests.people import make_call, make_lead


@pytest.fixture(autouse=True)
def _ask_anew() -> Iterator[None]:
    health._vendors._asked_at = None
    yield
    health._vendors._asked_at = None


def ask(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/api/realtime/health")
    return answer.status_code, answer.json()


def test_with_every_part_up_it_is_ok(client: Client, db: None, carrier: Carrier, vendors: Vendors) -> None:
    make_call()
    make_call(make_lead(), status="completed", ended_at=now())
    status, body = ask(client)
    assert (status, body["status"], body["down"]) == (200, "ok", []), body
    assert set(body["parts"]) == {"database", "channel_layer", "telephony", "model", "speech"}
    assert body["calls"] == {"active": 1, "capacity": 20}


def test_a_carrier_that_refuses_us_is_named(client: Client, db: None, carrier: Carrier, vendors: Vendors) -> None:
    carrier.will_refuse(401, 20003, "Authenticate")
    status, body = ask(client)
    assert (status, body["status"], body["down"]) == (503, "down", ["telephony"])


def test_every_part_that_is_down_is_named(client: Client, db: None, settings: Settings) -> None:
    with socket.socket() as nobody:  # bound and not listening: every connection is refused
        nobody.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        settings.TWILIO_API_BASE_URL = settings.AWS_ENDPOINT_URL_POLLY = gone
        settings.OPENAI_BASE_URL = f"{gone}/v1"
        settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC1", "t"
        settings.OPENAI_API_KEY = "sk-secret"
        settings.AWS_ACCESS_KEY_ID = settings.AWS_SECRET_ACCESS_KEY = "k"
        settings.CHANNEL_LAYERS = {
            "default": {
                "BACKEND": "channels_redis.core.RedisChannelLayer",
                "CONFIG": {"hosts": [gone.replace("http", "redis")]},
            }
        }
        status, body = ask(client)
    assert status == 503
    assert set(body["down"]) == {"telephony", "model", "speech", "channel_layer"}


def test_no_secret_is_told(client: Client, db: None, carrier: Carrier, vendors: Vendors) -> None:
    _, body = ask(client)
    for secret in (TOKEN, "sk-test", "127.0.0.1"):
        assert secret not in json.dumps(body)


def test_the_vendors_are_not_asked_at_every_look(client: Client, db: None, carrier: Carrier, vendors: Vendors) -> None:
    for _ in range(3):
        ask(client)
    assert len(carrier.requests) == 1
