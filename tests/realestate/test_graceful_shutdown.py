"""A web process that is told to stop while it holds calls: a real server, real sockets, SIGTERM."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from django.conf import settings

from demo.stack import free_port
from tests.calls.carrier_stub import ACCOUNT, FROM_NUMBER, TOKEN, running_carrier
from tests.calls.vendors import running_vendors
from tests.realtime.peers import Model, modelling, phoning
from tests.tries import Tries

DRAIN_SECONDS = 4.0
EXIT_SECONDS = 60.0
ROWS = """
import json
from django.contrib.auth.models import User
from django.utils.timezone import now
from calls.api.tokens import issue_token
from calls.call_log.engine_spans import begin_engine
from calls.models import Call
from leads.models import Lead
ana = User.objects.create_superuser("ana", password="correct horse battery")
def call(number):
    lead = Lead.objects.create(first_name="Maria", last_name="Lopez", phone=number)
    made = Call.objects.create(lead=lead, type="realtime", status="in_progress", to_number=number,
                               twilio_sid="CA" + number[-4:] * 8, placed_at=now(), answered_at=now())
    begin_engine(made.pk, "realtime")
    return {"pk": str(made.pk), "twilio_sid": made.twilio_sid, "stream_token": made.stream_token}
print(json.dumps({"calls": [call(f"+1512555020{n}") for n in range(3)], "token": issue_token(ana),
                  "lead": str(Lead.objects.create(first_name="Max", phone="+15125550299").pk)}))
"""
REASONS = """
import json
from calls.models import CallEvent
print(json.dumps({str(event.call_id): event.data["reason"] for event in CallEvent.objects.filter(kind="fallback")}))
"""


@dataclass
class Seen:
    """What was seen of the process after SIGTERM."""

    status: int | None = None
    initiate: httpx.Response | None = None
    health: httpx.Response | None = None
    held_while_draining: bool = False
    closed_with: list[int | None] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    carrier_updates: int = 0
    sessions: int = 0


@pytest.fixture
def seen(request: pytest.FixtureRequest, tries: Tries, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """A process holding one call is told to stop; another call's stream comes, and somebody wants to place a third."""
    return tries.of("stopping", request.node, lambda: _seen(tmp_path_factory.mktemp("stopping")))


def _seen(folder: Path) -> Seen:
    with running_vendors() as vendors, running_carrier() as carrier:
        seen = asyncio.run(_live_through(folder, vendors.url, carrier.base_url))
        seen.carrier_updates = len(carrier.updates())
        return seen


async def _live_through(folder: Path, vendors: str, carrier: str) -> Seen:
    async with modelling() as (model, model_url):
        environment = _environment(folder, vendors, carrier, model_url)
        _manage(environment, "migrate", "--verbosity", "0")
        rows = json.loads(_manage(environment, "shell", "-v0", "-c", ROWS).splitlines()[-1])
        with _web(environment, folder) as (process, port):
            await _answers(port)
            seen = await _stop_amid_calls(process, port, rows, model)
        seen.reasons = json.loads(_manage(environment, "shell", "-v0", "-c", REASONS).splitlines()[-1])
        seen.sessions = model.sessions
    return seen


async def _stop_amid_calls(process: subprocess.Popen[bytes], port: int, rows: dict[str, Any], model: Model) -> Seen:
    seen = Seen(calls=[call["pk"] for call in rows["calls"]])
    server: Any = SimpleNamespace(address=f"127.0.0.1:{port}")
    held, late = (SimpleNamespace(**call) for call in rows["calls"][:2])
    async with phoning(server) as phone, phoning(server) as second:
        await phone.start(held)
        await model.hears("conversation.item.create")
        process.send_signal(signal.SIGTERM)
        await _leaving(port)
        seen.health = await _ask(port, "GET", "/api/realtime/health")
        headers = {"Authorization": f"Bearer {rows['token']}"}
        path, body = f"/api/calls/{rows['lead']}/initiate", {"type": "realtime"}
        seen.initiate = await _ask(port, "POST", path, json=body, headers=headers)
        await second.start(late)
        await second.inbox.closed()
        await model.says("And which part of town?")
        await phone.hears("media")
        seen.held_while_draining = phone.close_code is None
        await phone.inbox.closed()
        seen.closed_with = [phone.close_code, second.close_code]
    seen.status = await asyncio.to_thread(process.wait, EXIT_SECONDS)
    return seen


def _environment(folder: Path, vendors: str, carrier: str, model: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder / 'ringside.sqlite3'}",
        "REDIS_URL": "",
        "VAR_DIR": str(folder),
        "SECRET_KEY": "of-this-test-alone-" * 3,
        "PUBLIC_URL": "https://ringside.example",
        "TWILIO_API_BASE_URL": carrier,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM_NUMBER": FROM_NUMBER,
        "OPENAI_BASE_URL": model,
        "OPENAI_API_KEY": "sk-test",
        "AWS_ENDPOINT_URL_POLLY": f"{vendors}/polly/0",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "DRAIN_SECONDS": str(DRAIN_SECONDS),
        "LOG_LEVEL": "WARNING",
    }


def _manage(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@contextlib.contextmanager
def _web(environment: dict[str, str], folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The web process as the image starts it."""
    port = free_port()
    sockets = ("--http", "realestate.bounded_http:BoundedHttp", "--ws", "realtime.server:WebSockets")
    command = [sys.executable, "-m", "uvicorn", "realestate.asgi:application", *sockets, "--port", str(port)]
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log)
        try:
            yield process, port
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


async def _ask(port: int, method: str, path: str, **options: Any) -> httpx.Response:
    headers = {"Host": "ringside.example", "X-Forwarded-Proto": "https"} | options.pop("headers", {})
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20) as client:
        return await client.request(method, path, headers=headers, **options)


async def _answers(port: int) -> None:
    """Wait until the process serves."""
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(httpx.TransportError):
                await _ask(port, "GET", "/api/realtime/health")
                return
            await asyncio.sleep(0.1)


async def _leaving(port: int) -> None:
    """Wait until the process has taken the signal in."""
    async with asyncio.timeout(20):
        while True:
            if (await _ask(port, "GET", "/api/realtime/health")).json()["status"] == "draining":
                return
            await asyncio.sleep(0.05)


def test_a_live_call_goes_on_while_the_process_is_leaving(seen: Seen) -> None:
    assert seen.held_while_draining


def test_what_is_left_after_a_while_steps_down_and_keeps_the_line(seen: Seen) -> None:
    assert seen.reasons[seen.calls[0]] == "deploy"
    assert seen.closed_with[0] == 1000
    assert seen.carrier_updates == 0


def test_a_stream_that_comes_then_is_given_to_the_next_engine_at_once(seen: Seen) -> None:
    assert seen.reasons[seen.calls[1]] == "deploy"
    assert seen.closed_with[1] == 1000
    assert seen.sessions == 1


def test_no_call_is_placed_then_and_the_answer_says_why(seen: Seen) -> None:
    assert seen.initiate is not None
    assert seen.initiate.status_code == 503
    assert [block["rule"] for block in seen.initiate.json()["blocked"]] == ["draining"]


def test_the_health_page_tells_a_proxy_to_look_elsewhere(seen: Seen) -> None:
    assert seen.health is not None
    assert (seen.health.status_code, seen.health.json()["status"]) == (503, "draining")


def test_the_process_is_gone_afterwards(seen: Seen) -> None:
    assert seen.status == -signal.SIGTERM
