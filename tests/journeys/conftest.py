"""The whole of Ringside, running: its own processes, its own database, real audio. Tests talk to it as users do."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg import sql

from demo.stack import Stack
from tests.journeys.ringside import Ringside
from tests.tries import Tries


@contextlib.contextmanager
def own_database() -> Iterator[dict[str, str]]:
    """Settings of a database for this run alone: a new one on DATABASE_URL's server, or the stack's own SQLite."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield {}
        return
    name = f"journeys_{secrets.token_hex(4)}"
    base = server.rsplit("/", 1)[0]
    with psycopg.connect(f"{base}/postgres", autocommit=True) as admin:
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            yield {"DATABASE_URL": f"{base}/{name}"}
        finally:
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Web (two processes where Redis is at hand), worker, dialer and the vendors' stand-ins."""
    redis = os.environ.get("REDIS_URL", "")
    folder: Path = tmp_path_factory.mktemp("ringside")
    with own_database() as database:
        shared = bool(redis and database)
        overrides = database | ({"REDIS_URL": redis} if shared else {})
        with Stack(folder, web_processes=2 if shared else 1, overrides=overrides).running() as running:
            yield running


@pytest.fixture(scope="session")
def ringside(stack: Stack) -> Iterator[Ringside]:
    """Ringside's JSON API as the admin uses it, and the control calls of the vendors' stand-ins."""
    token = stack.manage("api_token", "ana").stdout.split()[-1]
    headers = {"Authorization": f"Bearer {token}"}
    with (
        httpx.Client(base_url=stack.url, headers=headers, timeout=30, trust_env=False) as api,
        httpx.Client(base_url=stack.vendor_url, timeout=30, trust_env=False) as vendors,
    ):
        yield Ringside(stack=stack, api=api, vendors=vendors)


@pytest.fixture(scope="session")
def spare_leads(ringside: Ringside) -> list[str]:
    """Phone numbers of buyers nobody else calls in these tests."""
    return [entry["number"] for entry in ringside.leads() if entry["persona"] == "buyer"][20:]


@pytest.fixture
def stepping_down(request: pytest.FixtureRequest, tries: Tries, ringside: Ringside, spare_leads: list[str]) -> str:
    """A realtime call that has lost its model for good while the lead talked, and goes on; its id."""
    return tries.of("stepping down", request.node, lambda: _step_down(ringside, spare_leads[0]))


def _step_down(ringside: Ringside, number: str) -> str:
    ringside.fault("realtime.drop", at=25.0)
    lead = ringside.lead_with_phone(number)
    call: str = ringside.call(lead, type="realtime", agentMode="buyer").raise_for_status().json()["id"]
    ringside.wait_for(call, lambda seen: len(seen["transcript"]) >= 2)
    ringside.fault("realtime.refuse", times=3)
    ringside.wait_for(call, lambda seen: len(seen["engines"]) == 2)
    ringside.vendors.delete("/sandbox/faults").raise_for_status()
    return call
