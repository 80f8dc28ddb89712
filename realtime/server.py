"""The public name of our WebSocket class: `uvicorn realestate.asgi:application --ws realtime.server:WebSockets`."""

from realtime.transport.uvicorn_protocol import WebSockets

__all__ = ["WebSockets"]
