"""Clients that hang up before they are answered."""

import asyncio
import uuid
from typing import Any

import pytest

from realestate.asgi import application

PATH = f"/webhooks/twilio/voice/{uuid.uuid4()}"
SCOPE = {
    "type": "http",
    "asgi": {"version": "3.0"},
    "http_version": "1.1",
    "method": "POST",
    "scheme": "http",
    "path": PATH,
    "raw_path": PATH.encode(),
    "query_string": b"",
    "root_path": "",
    "headers": [(b"host", b"localhost"), (b"content-type", b"application/x-www-form-urlencoded")],
    "client": ("127.0.0.1", 50000),
    "server": ("127.0.0.1", 8000),
}


async def told(*messages: dict[str, Any]) -> list[dict[str, Any]]:
    """What the application sends to a client of whom the server tells this."""
    coming, sent = iter(messages), []

    async def receive() -> dict[str, Any]:
        return next(coming)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async with asyncio.timeout(30):
        await application(SCOPE, receive, send)
    return sent


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
async def test_what_a_client_that_hung_up_asked_for_is_done_to_its_end() -> None:
    sent = await told(
        {"type": "http.request", "body": b"CallSid=", "more_body": True},
        {"type": "http.request", "body": b"CA1"},
        {"type": "http.disconnect"},
    )
    assert sent[0]["status"] == 403  # nobody signed it
    assert b"bad_signature" in sent[1]["body"]


@pytest.mark.asyncio
async def test_of_a_client_that_hung_up_while_still_asking_nothing_is_done() -> None:
    assert await told({"type": "http.request", "body": b"Call", "more_body": True}, {"type": "http.disconnect"}) == []
