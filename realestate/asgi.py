"""The ASGI application: Django for HTTP, the realtime routes for WebSockets."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "realestate.settings")

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

django_application = get_asgi_application()  # before anything that imports models

from realtime.routing import websocket_application  # noqa: E402

application = ProtocolTypeRouter({"http": django_application, "websocket": websocket_application})
