"""The health page: up when everything is, and honest about what is not."""

import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import now
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from calls.agent.tasks import prepare_call
from calls.database import journal
from calls.database.journal import Entry
from calls.models import ProcessBeat
from calls.operations import health
from calls.operations.beats import ROLES, beat
from tests.calls.carrier_stub import TOKEN, Carrier
from tests.calls.outage import no_database
from tests.calls.vendors import Vendors
from tests.people import make_call, make_lead


@pytest.fixture(autouse=True)
def _ask_anew() -> Iterator[None]:
    health._vendors._asked_at = None
    yield
    health._vendors._asked_at = None


@pytest.fixture(autouse=True)
def _others_run(db: None) -> None:
    for role in ROLES:
        beat(role)


def ask(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/api/realtime/health")
    return answer.status_code, answer.json()


def test_with_every_part_up_it_is_ok(client: Client, db: None, carrier: Carrier, vendors: Vendors) -> None:
    make_call()
    make_call(make_lead(), status="completed", ended_at=now())
    status, body = ask(client)
    assert (status, body["status"], body["down"]) == (200, "ok", []), body
    vendors_parts = {"telephony", "model", "speech"}
    assert set(body["parts"]) == {"database", "channel_layer", "worker", "dialer", "queue", "disk"} | vendors_parts
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


@pytest.mark.parametrize("role", ROLES)
def test_a_worker_or_dialer_not_heard_of_for_half_a_minute_is_named(
    client: Client, carrier: Carrier, vendors: Vendors, role: str
) -> None:
    ProcessBeat.objects.filter(role=role).update(at=now() - timedelta(seconds=31))
    status, body = ask(client)
    assert (status, body["status"], body["down"]) == (503, "down", [role])


def test_a_task_that_waits_for_minutes_is_a_queue_that_is_down(
    client: Client, carrier: Carrier, vendors: Vendors
) -> None:
    prepare_call.enqueue(call_id="c")
    assert ask(client)[1]["queue"] == {"waiting": 1, "oldest_seconds": 0}
    DBTaskResult.objects.update(enqueued_at=now() - timedelta(minutes=6))
    status, body = ask(client)
    assert (status, body["down"]) == (503, ["queue"])
    assert body["queue"]["oldest_seconds"] >= 360


def test_a_disk_that_takes_nothing_is_not_ok(
    client: Client, carrier: Carrier, vendors: Vendors, settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path / "file"
    settings.VAR_DIR.write_text("where the folder should be")
    status, body = ask(client)
    assert (status, body["down"]) == (503, ["disk"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")
def test_a_small_disk_that_is_full_is_not_ok(
    client: Client, carrier: Carrier, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "SPARE_BYTES", 1 << 62)
    monkeypatch.setattr(health, "SPARE_SHARE", 1.0)
    assert ask(client)[1]["down"] == ["disk"]


def test_without_a_database_what_only_rows_know_is_unknown(client: Client, carrier: Carrier, vendors: Vendors) -> None:
    with connection.execute_wrapper(no_database):
        status, body = ask(client)
    assert (status, body["down"]) == (503, ["database"])
    assert {body["parts"][name] for name in ("worker", "dialer", "queue")} == {"unknown"}


def test_what_waits_for_the_database_is_counted(client: Client, carrier: Carrier, vendors: Vendors) -> None:
    journal.append(Entry("opt_out", "c", {}))
    assert ask(client)[1]["unwritten"] == 1


@pytest.mark.parametrize("host", ["10.0.0.5:8000", "ringside-7d9f", "[fd00::5]:8000", "no such host!"])
def test_health_is_asked_by_any_address_over_plain_http(
    client: Client, carrier: Carrier, vendors: Vendors, settings: Settings, host: str
) -> None:
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["ringside.example"]
    assert client.get("/api/realtime/health", headers={"host": host}).status_code == 200
    assert client.get("/login/", headers={"host": host}).status_code == 400
