"""The HTTP routes of all apps."""

from django.contrib import admin
from django.urls import include, path

handler500 = "calls.api.errors.server_error"

urlpatterns = [
    path("", include("leads.urls")),
    path("", include("calls.page_urls")),
    path("", include("calls.speech.urls")),
    path("webhooks/twilio/", include("calls.call_flows.urls")),
    path("webhooks/twilio/", include("calls.conversational.webhooks")),
    path("api/", include("calls.api.urls")),
    path("admin/", admin.site.urls),
]
