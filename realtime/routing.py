"""Which WebSocket address goes where."""

from channels.routing import URLRouter

websocket_application = URLRouter([])
