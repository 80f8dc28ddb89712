"""The ASGI application: what is served over which protocol."""

import signal
from typing import Any

import pytest

from realestate.asgi import application
from realestate.graceful_shutdown import lifespan
from realtime.routing import websocket_application


def test_each_protocol_has_its_application() -> None:
    served = application.application_mapping
    assert served.keys() == {"http", "websocket", "lifespan"}
    assert served["websocket"] is websocket_application
    assert served["lifespan"] is lifespan


@pytest.mark.asyncio
async def test_the_server_is_told_that_the_application_has_started_and_stopped() -> None:
    coming = iter(["lifespan.startup", "lifespan.shutdown"])
    sent: list[str] = []

    async def receive() -> dict[str, Any]:
        return {"type": next(coming)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message["type"])

    stops = signal.getsignal(signal.SIGTERM)
    try:
        await application({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)
        assert signal.getsignal(signal.SIGTERM) is not stops  # calls are drained before the server stops
    finally:
        signal.signal(signal.SIGTERM, stops)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
