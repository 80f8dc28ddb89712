"""Bodies: how large and how slow they may be, by address, however they are announced."""

import asyncio
from typing import Any

import pytest
from pytest_django import Settings

from realestate import bounded_bodies as bounds
from realestate.asgi import application
from tests.realestate.test_finish_requests import SCOPE

KIB, MIB = 1 << 10, 1 << 20


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/webhooks/twilio/voice/x", 256 * KIB),
        ("/api/calls/1/initiate", MIB),
        ("/admin/leads/lead/1/change/", 10 * MIB),
        ("/admin/login/", 256 * KIB),
        ("/login/", 256 * KIB),
        ("/", 256 * KIB),
        ("/nowhere", 256 * KIB),
        ("//admin/", 256 * KIB),
        ("", 256 * KIB),
    ],
)
def test_how_large_a_body_may_be_is_told_by_the_address(path: str, most: int) -> None:
    assert bounds.longest_body(path) == most


def test_the_back_offices_bound_is_a_setting(settings: Settings) -> None:
    settings.MAX_UPLOAD_MB = 3
    assert bounds.longest_body("/admin/leads/lead/add/") == 3 * MIB


class Client:
    """A client at the server: what it sends and what it is sent."""

    def __init__(self, *pieces: bytes, path: str = "/webhooks/twilio/x", announced: int | None = None) -> None:
        headers = [] if announced is None else [(b"content-length", str(announced).encode())]
        usual: Any = SCOPE["headers"]
        self.scope: dict[str, Any] = SCOPE | {"path": path, "raw_path": path.encode(), "headers": [*usual, *headers]}
        self.coming = list(pieces)
        self.sent: list[dict[str, Any]] = []
        self.read = 0

    async def receive(self) -> dict[str, Any]:
        if not self.coming:
            await asyncio.Event().wait()
        piece = self.coming.pop(0)
        self.read += len(piece)
        return {"type": "http.request", "body": piece, "more_body": bool(self.coming)}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        status: int = self.sent[0]["status"]
        return status


class Application:
    """Reads a body as Django does, and answers 200."""

    def __init__(self) -> None:
        self.got = b""
        self.hung_up = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.hung_up = True
                return
            self.got += message["body"]
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})


async def visit(client: Client) -> Application:
    """The client asks the bounded application."""
    reading = Application()
    async with asyncio.timeout(30):
        await bounds.bounded_bodies(reading)(client.scope, client.receive, client.send)
    return reading


async def test_a_body_within_the_bound_arrives_as_it_was_sent() -> None:
    client = Client(b"a" * KIB, b"b" * 255 * KIB, announced=256 * KIB)
    reading = await visit(client)
    assert (client.status, reading.got) == (200, b"a" * KIB + b"b" * 255 * KIB)


async def test_one_that_is_announced_too_large_is_refused_unread() -> None:
    client = Client(*[b"x" * KIB] * 300, announced=300 * KIB)
    reading = await visit(client)
    assert (client.status, reading.got) == (413, b"")


async def test_one_that_announces_nothing_is_refused_where_it_becomes_too_large() -> None:
    client = Client(*[b"x" * KIB] * 1000)
    reading = await visit(client)
    assert client.status == 413
    assert reading.hung_up
    assert len(reading.got) <= 256 * KIB


async def test_of_a_refused_body_little_more_is_read() -> None:
    client = Client(*[b"x" * MIB] * 300, announced=300 * MIB)
    await visit(client)
    assert client.read <= bounds.LEFTOVER_BYTES + MIB
    assert [message.get("more_body", False) for message in client.sent[1:]] == [True, False]


@pytest.mark.parametrize("length", ["-1", "1e9", "9" * 5000, "²", ""])
async def test_a_length_that_is_none_is_not_believed(length: str) -> None:
    client = Client(b"x")
    client.scope["headers"].append((b"content-length", length.encode("latin-1")))
    assert (await visit(client)).got == b"x"


async def test_a_half_sent_body_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "BODY_SECONDS", 0.05)
    client = Client(b"Call", announced=100)
    client.coming.append(b"")
    client.receive = lambda: hanging(client)  # type: ignore[method-assign]
    reading = await visit(client)
    assert (client.status, reading.hung_up) == (408, True)


async def hanging(client: Client) -> dict[str, Any]:
    """One piece, then nothing."""
    if client.read:
        await asyncio.Event().wait()
    client.read += 4
    return {"type": "http.request", "body": b"Call", "more_body": True}


async def test_what_we_take_before_we_read_is_no_fault_of_the_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "BODY_SECONDS", 0.1)
    got = []

    async def busy(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0.3)
        got.append(await receive())

    client = Client()

    async def soon() -> dict[str, Any]:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"late", "more_body": False}

    await bounds.bounded_bodies(busy)(client.scope, soon, client.send)
    assert got[0]["body"] == b"late"


async def test_the_more_has_come_the_longer_it_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "BODY_SECONDS", 0.1)
    monkeypatch.setattr(bounds, "BYTES_PER_SECOND", 1000)
    waits = iter([0.05, 0.2, 0.2])

    async def slowly() -> dict[str, Any]:
        wait = next(waits, None)
        if wait is None:
            return {"type": "http.request", "body": b"", "more_body": False}
        await asyncio.sleep(wait)
        return {"type": "http.request", "body": b"x" * 500, "more_body": True}

    client = Client()
    client.receive = slowly  # type: ignore[method-assign]
    assert len((await visit(client)).got) == 1500


@pytest.mark.parametrize("path", ["/webhooks/twilio/voice/x", "/api/calls", "/admin/leads/lead/add/", "/login/", "/"])
async def test_the_product_answers_413_and_writes_nothing_to_disk(
    path: str, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 16 * MIB

    def no_disk(*_: Any, **__: Any) -> None:
        raise AssertionError("spooled")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile.rollover", no_disk)
    client = Client(*[b"x" * MIB] * 20, path=path)
    async with asyncio.timeout(30):
        await application(client.scope, client.receive, client.send)
    assert client.status == 413
    assert b'"code": "too_big"' in client.sent[1]["body"]
