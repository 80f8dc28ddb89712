"""URLs below /api/: the JSON API, its description, and the health page."""

from django.urls import path

from calls.api.api import api, docs, openapi, unknown
from calls.api.health import health

urlpatterns = [
    path("realtime/health", health, name="health"),
    path("docs", docs, name="api_docs"),
    path("openapi.json", openapi, name="openapi"),
    path("", unknown, {"rest": ""}),
    path("", api.urls),
    path("<path:rest>", unknown),
]
