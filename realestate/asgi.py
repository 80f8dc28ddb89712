"""The ASGI application: Django for HTTP, the realtime routes for WebSockets, and a graceful shutdown."""

import os
from threading import Thread

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "realestate.settings")

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

django_application = get_asgi_application()  # before anything that imports models

from calls.providers import polly  # noqa: E402
from realestate.finish_requests import finish_requests  # noqa: E402
from realestate.graceful_shutdown import lifespan  # noqa: E402
from realtime.routing import websocket_application  # noqa: E402

# Making Polly's client takes a second or two of a cold process: not while somebody waits for our first word.
Thread(target=polly.warm_up, name="warm-up", daemon=True).start()

application = ProtocolTypeRouter(
    {"http": finish_requests(django_application), "websocket": websocket_application, "lifespan": lifespan}
)
