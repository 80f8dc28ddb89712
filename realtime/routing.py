"""WebSocket routes. Any other address is refused: 404 under a server that can send it, else a plain close."""

from typing import Any, cast

from channels.routing import URLRouter
from django.urls import re_path

from calls.public_urls import STREAM_PATH
from realtime.live_pages import live_routes
from realtime.media_stream import media_stream


async def _nowhere(scope: dict[str, Any], receive: Any, send: Any) -> None:
    await receive()
    if "websocket.http.response" in scope.get("extensions", {}):
        await send({"type": "websocket.http.response.start", "status": 404, "headers": []})
        await send({"type": "websocket.http.response.body", "body": b"No such address"})
    else:
        await send({"type": "websocket.close", "code": 1000})


websocket_application = URLRouter(
    [
        re_path(f"^{STREAM_PATH.lstrip('/')}/?$", cast(Any, media_stream)),
        *live_routes,
        re_path("", cast(Any, _nowhere)),
    ]
)
