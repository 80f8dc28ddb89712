"""The ASGI application: Django for HTTP, the realtime routes for WebSockets, and a graceful shutdown."""

import os
from threading import Thread
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "realestate.settings")

import django
from channels.routing import ProtocolTypeRouter

django.setup(set_prefix=False)  # before anything that imports models

from django.conf import settings  # noqa: E402
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware  # noqa: E402

from calls.database.outage import IN_A_PROCESS, answer_within  # noqa: E402
from calls.database.writes import take_in_soon  # noqa: E402
from calls.providers import polly  # noqa: E402
from realestate.bounded_bodies import bounded_bodies  # noqa: E402
from realestate.finish_requests import finish_requests  # noqa: E402
from realestate.graceful_shutdown import lifespan  # noqa: E402
from realestate.own_threads import OwnThreads  # noqa: E402
from realtime.routing import websocket_application  # noqa: E402

# Making Polly's client takes a second or two of a cold process: not while somebody waits for our first word.
Thread(target=polly.warm_up, name="warm-up", daemon=True).start()

django_application: Any = OwnThreads()
# The server itself believes the proxies named in its environment; these are the ones named in `.env`.
visited: Any = ProxyHeadersMiddleware(django_application, trusted_hosts=settings.FORWARDED_ALLOW_IPS)

answer_within(IN_A_PROCESS)
take_in_soon()

application = ProtocolTypeRouter(
    {
        "http": bounded_bodies(finish_requests(visited)),
        "websocket": websocket_application,
        "lifespan": lifespan,
    }
)
