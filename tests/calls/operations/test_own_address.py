"""Our own address, asked over a real port with the proxies people put in front of it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.test import RequestFactory
from pytest_django import Settings
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from calls.operations import own_address
from calls.operations.diagnosis import Level
from calls.operations.own_address import NOBODY, Arrival, as_it_arrived, of_proxy, of_stream, of_webhook
from realestate.asgi import application
from tests.calls.carrier_stub import TOKEN
from tests.realtime.serving import serving

type App = Callable[[Any, Any, Any], Awaitable[None]]


async def findings(settings: Settings, app: Any) -> dict[str, str]:
    """What is found of that application, as others reach it."""
    async with serving(app) as served:
        settings.PUBLIC_URL = f"http://{served.address}"
        found = await asyncio.to_thread(lambda: list(own_address.asked()))
    return {finding.part: finding.level.value for finding in found}


def forwarding(app: Any, visitor: bytes, *, keeps: bool = False) -> App:
    """A proxy in front: it says who asks, alone or behind what the visitor said."""

    async def proxy(scope: Any, receive: Any, send: Any) -> None:
        said = [value for name, value in scope["headers"] if name == b"x-forwarded-for"] if keeps else []
        headers = [pair for pair in scope["headers"] if pair[0] != b"x-forwarded-for"]
        forwarded = (b"x-forwarded-for", b", ".join([*said, visitor]))
        here = {"client": ("127.0.0.1", 1), "headers": [*headers, forwarded]}
        await app(scope | here, receive, send)

    return proxy


@pytest.mark.django_db(transaction=True)
async def test_our_own_application_answers_believes_the_carrier_and_takes_sockets(settings: Settings) -> None:
    settings.TWILIO_AUTH_TOKEN = TOKEN
    settings.IS_PUBLIC = False
    assert await findings(settings, application) == {"address": "ok", "proxy": "ok", "webhooks": "ok", "streams": "ok"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("trusted", "keeps", "level"),
    [("10.9.9.9", False, "look"), ("127.0.0.1", False, "ok"), ("127.0.0.1", True, "ok"), ("*", True, "look")],
    ids=["unnamed", "named", "named, appends", "anybody"],
)
async def test_a_proxy_is_looked_through(settings: Settings, trusted: str, keeps: bool, level: str) -> None:
    settings.TWILIO_AUTH_TOKEN = TOKEN
    settings.IS_PUBLIC = True
    believing = ProxyHeadersMiddleware(application, trusted_hosts=trusted)
    found = await findings(settings, forwarding(believing, b"198.51.100.7", keeps=keeps))
    assert found["proxy"] == level


@pytest.mark.django_db(transaction=True)
async def test_a_path_that_a_proxy_changes_or_a_socket_that_it_drops_is_told(settings: Settings) -> None:
    settings.TWILIO_AUTH_TOKEN = TOKEN
    settings.IS_PUBLIC = False

    async def proxy(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.http.response.start", "status": 502, "headers": []})
            await send({"type": "websocket.http.response.body", "body": b""})
            return
        query = b"via=proxy" if scope["method"] == "POST" else scope["query_string"]
        await application(scope | {"query_string": query}, receive, send)

    found = await findings(settings, proxy)
    assert (found["webhooks"], found["streams"]) == ("stops", "stops")


def test_an_address_where_nobody_listens_or_somebody_else_is_told(settings: Settings) -> None:
    settings.PUBLIC_URL, settings.IS_PUBLIC = "http://127.0.0.1:9", False
    [found] = own_address.asked()
    assert found.level is Level.STOPS
    assert "does not answer" in found.says


@pytest.mark.parametrize(
    ("address", "header", "seen"),
    [
        ("198.51.100.7", "", (False, False, False)),
        ("10.0.0.2", "198.51.100.7", (True, False, False)),
        ("198.51.100.7", "198.51.100.7, 10.0.0.2", (True, True, False)),
        (NOBODY, f"{NOBODY}, 198.51.100.7", (True, True, True)),
    ],
)
def test_a_request_tells_how_it_arrived_and_names_nobody(
    address: str, header: str, seen: tuple[bool, bool, bool]
) -> None:
    headers = {"X-Forwarded-For": header} if header else {}
    told = as_it_arrived(RequestFactory().get("/", REMOTE_ADDR=address, headers=headers))
    assert (told["forwarded"], told["believed"], told["claimed"]) == seen
    assert address not in str(told)


def test_a_proxy_that_hides_https_stops_everything() -> None:
    plain = Arrival("http", forwarded=True, believed=True, claimed=False)
    found = of_proxy(plain, plain, https=True, public=True)
    assert (found.level, found.do) == (Level.STOPS, "Let the proxy set X-Forwarded-Proto")
    silent = Arrival("https", forwarded=False, believed=False, claimed=False)
    assert of_proxy(silent, silent, https=True, public=True).level is Level.LOOK


@pytest.mark.parametrize(("status", "level"), [(204, "ok"), (404, "ok"), (403, "stops"), (301, "stops"), (0, "stops")])
def test_a_webhook_must_be_believed(status: int, level: str) -> None:
    assert of_webhook(status).level == level


@pytest.mark.parametrize(("status", "level"), [(403, "ok"), (404, "stops"), (502, "stops"), (0, "stops")])
def test_a_stream_must_come_through(status: int, level: str) -> None:
    assert of_stream(status).level == level
