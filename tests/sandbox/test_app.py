"""The application: every vendor and the sandbox's own addresses on one port."""

import asyncio

import pytest
from starlette.routing import Match, Route, WebSocketRoute

from sandbox.app import create_app
from sandbox.config import Config
from sandbox.faults import ScenarioError
from sandbox.services import Services


def served(method: str, path: str) -> bool:
    scope = {"type": "http", "method": method, "path": path, "headers": [], "root_path": ""}
    routes = create_app(Config(), services=Services(Config())).routes
    return any(isinstance(route, Route) and route.matches(scope)[0] is Match.FULL for route in routes)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/2010-04-01/Accounts/AC1/Calls.json"),
        ("POST", "/2010-04-01/Accounts/AC1/Messages.json"),
        ("POST", "/v1/chat/completions"),
        ("POST", "/v1/audio/transcriptions"),
        ("POST", "/v1/speech"),
        ("POST", "/v1/audio/speech"),
        ("GET", "/sandbox/health"),
        ("GET", "/sandbox/ca.pem"),
        ("GET", "/sandbox/calls/CA1/truth"),
        ("PATCH", "/sandbox/phone-book"),
        ("PUT", "/sandbox/faults"),
        ("GET", "/sandbox/conformance"),
        ("GET", "/sandbox/complaints"),
        ("POST", "/sandbox/replay"),
    ],
)
def test_an_address_a_user_may_hold_is_served(method, path):
    assert served(method, path)


def test_realtime_and_the_phone_are_sockets():
    routes = create_app(Config(), services=Services(Config())).routes
    assert {"/v1/realtime", "/sandbox/phone/line"} <= {
        route.path for route in routes if isinstance(route, WebSocketRoute)
    }


def test_a_scenario_it_cannot_play_is_refused(tmp_path):
    (tmp_path / "bad.json").write_text('{"faults": [{"name": "stream.hiccup"}]}')
    with pytest.raises(ScenarioError):
        create_app(Config(scenario=str(tmp_path / "bad.json")))


async def test_it_is_not_ready_before_its_speech_is():
    app = create_app(Config(), services=Services(Config()))
    health = next(route for route in app.routes if isinstance(route, Route) and route.path == "/sandbox/health")
    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/sandbox/health", "headers": [], "query_string": b""}
    await health.app(scope, asyncio.Queue().get, send)  # type: ignore[arg-type]
    assert sent[0]["status"] == 503
