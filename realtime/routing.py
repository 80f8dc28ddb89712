"""Which WebSocket address goes where."""

from typing import Any, cast

from channels.routing import URLRouter
from django.urls import re_path

from calls.addresses import STREAM_PATH
from realtime.live import live_routes
from realtime.media_stream import media_stream

websocket_application = URLRouter(
    [
        re_path(f"^{STREAM_PATH.lstrip('/')}/?$", cast(Any, media_stream)),
        *live_routes,
    ]
)
