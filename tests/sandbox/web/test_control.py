"""The sandbox's own API, before any call."""

from collections.abc import Iterator

import httpx
import pytest

from sandbox.config import Config
from sandbox.services import Services
from sandbox.twilio.switch import Switch
from sandbox.web import control
from tests.sandbox.serving import serving


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    routes = control.routes(Switch(Services(Config())))
    with serving(routes) as address, httpx.Client(base_url=f"http://{address}", trust_env=False) as client:
        yield client


def test_there_are_no_calls_and_the_settings_are_shown(client: httpx.Client):
    listed = client.get("/sandbox/calls").json()
    assert listed["calls"] == []
    assert "reply_pause_ms" in listed["settings"]
    assert client.get("/sandbox/calls/CA1/events").status_code == 404
    assert client.get("/sandbox/calls/CA1/truth").status_code == 404


def test_the_phone_book_is_replaced_extended_and_kept_when_it_is_none(client: httpx.Client):
    client.put("/sandbox/phone-book", json={"+15125550101": {"outcome": "busy"}})
    client.patch("/sandbox/phone-book", json={"+15125550102": {"persona": "skeptic"}})
    assert client.put("/sandbox/phone-book", json=["nonsense"]).status_code == 400
    assert set(client.get("/sandbox/phone-book").json()) == {"+15125550101", "+15125550102"}


@pytest.mark.parametrize("body", ["nonsense", [], {"from": 5}])
def test_a_call_in_that_is_none_is_refused(client: httpx.Client, body: object):
    assert client.post("/sandbox/calls", json=body).status_code == 400
