"""WebSocket routes: any other address is refused, with a 404 under a server that can send one."""

import asyncio
from typing import Any

import pytest

from realtime.routing import websocket_application


async def answers(path: str, extensions: dict[str, Any]) -> list[dict[str, Any]]:
    """What a client that connects to that path is sent."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": path, "headers": [], "query_string": b"", "extensions": extensions}
    await asyncio.wait_for(websocket_application(scope, receive, send), 10)
    return sent


@pytest.mark.parametrize("path", ["/", "/ws/", "/ws/leads/1", "/api/realtime/media-stream/zzz"])
async def test_an_unknown_address_is_a_404_where_the_server_can_say_so(path: str) -> None:
    start, body = await answers(path, {"websocket.http.response": {}})
    assert (start["type"], start["status"]) == ("websocket.http.response.start", 404)
    assert body["body"] == b"No such address"


async def test_an_unknown_address_is_closed_under_any_other_server() -> None:
    assert [message["type"] for message in await answers("/nowhere", {})] == ["websocket.close"]
