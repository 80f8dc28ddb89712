"""Who may use the sandbox's pages and control calls: programs, and its own pages; no page of another site."""

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from sandbox.app import create_app
from sandbox.config import Config
from sandbox.web.guard import refusal

OURS = "127.0.0.1:9100"
EVIL = "https://elsewhere.example"


@pytest.fixture(scope="module")
def app() -> Starlette:
    return create_app(Config(public_url="https://sandbox.brokerage.example"))


def asked(app: Starlette, method: str, path: str, host: str = OURS, **headers: str) -> int:
    """The status of a request; the sandbox's speech is not started for it."""
    given = {"host": host} | {name.replace("_", "-"): value for name, value in headers.items()}
    return TestClient(app).request(method, path, headers=given, content=b"{}").status_code


CONTROL = (
    ("POST", "/sandbox/calls"),
    ("PUT", "/sandbox/phone-book"),
    ("PATCH", "/sandbox/phone-book"),
    ("POST", "/sandbox/faults"),
    ("PUT", "/sandbox/faults"),
    ("DELETE", "/sandbox/faults"),
    ("POST", "/sandbox/replay"),
)
READING = ("/sandbox/calls", "/sandbox/calls.json", "/sandbox/faults", "/sandbox/phone-book", "/sandbox/complaints")


@pytest.mark.parametrize(("method", "path"), CONTROL)
def test_a_page_of_another_site_controls_nothing(app: Starlette, method: str, path: str) -> None:
    for headers in ({"origin": EVIL}, {"origin": "null"}, {"sec_fetch_site": "cross-site"}, {"origin": ""}):
        assert asked(app, method, path, **headers) == 403, headers
    assert asked(app, method, path) != 403
    assert asked(app, method, path, origin=f"http://{OURS}", sec_fetch_site="same-origin") != 403


@pytest.mark.parametrize("path", READING)
def test_a_name_that_was_led_to_this_machine_reads_nothing(app: Starlette, path: str) -> None:
    for host in ("elsewhere.example:9100", "elsewhere.example", "127.0.0.1.nip.io:9100", "localhost.elsewhere.example"):
        assert asked(app, "GET", path, host) == 403, host
        assert asked(app, "GET", path, host, origin=f"http://{host}") == 403, host
    for host in (OURS, "localhost:9100", "[::1]:9100", "sandbox:9100", "10.0.0.7", "sandbox.brokerage.example"):
        assert asked(app, "GET", path, host) == 200, host


def test_another_page_on_this_machine_is_another_page(app: Starlette) -> None:
    assert asked(app, "POST", "/sandbox/faults", origin="http://127.0.0.1:8000", sec_fetch_site="same-site") == 403
    assert asked(app, "GET", "/sandbox/calls.json", sec_fetch_site="same-site", sec_fetch_mode="no-cors") == 403


def test_a_link_to_the_inspector_may_be_followed(app: Starlette) -> None:
    assert asked(app, "GET", "/sandbox/", sec_fetch_site="cross-site", sec_fetch_mode="navigate") == 200


def test_a_foreign_pages_phone_is_refused_before_it_is_accepted(app: Starlette) -> None:
    for headers in (
        {"host": OURS, "origin": EVIL},
        {"host": "elsewhere.example", "origin": "http://elsewhere.example"},
    ):
        with (
            pytest.raises(WebSocketDisconnect) as refused,
            TestClient(app).websocket_connect("/sandbox/phone/line", headers=headers),
        ):
            pass
        assert refused.value.code == 1008


def test_the_vendors_paths_answer_clients_that_name_the_vendors(app: Starlette) -> None:
    calls = "/2010-04-01/Accounts/AC1/Calls.json"
    assert asked(app, "GET", calls, "api.twilio.com") == 401
    assert asked(app, "POST", calls, "elsewhere.example:9100", origin="http://elsewhere.example:9100") == 403


@pytest.mark.parametrize("host", ["", "[", "a b", "ex ample.com", "..", "%31%32", "::1"])
def test_a_host_that_is_none_is_refused_or_harmless(host: str) -> None:
    assert isinstance(refusal(Headers({"host": host})), str)


def test_two_hosts_have_both_to_be_ours() -> None:
    raw = [(b"host", OURS.encode()), (b"host", b"elsewhere.example")]
    assert refusal(Headers(raw=raw))
