"""Absolute URLs for Twilio, all built from PUBLIC_URL, never from a request's host or scheme."""

import uuid
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

STREAM_PATH = "/api/realtime/media-stream"  # no query: Twilio drops it
# Retry after a timeout or a 5xx. Twilio reads the fragment itself and does not send it.
_RETRY = "#rc=2&rp=ct,rt,5xx"


def public_url(path: str) -> str:
    """The public URL of that path."""
    return f"{settings.PUBLIC_URL}{path}"


def webhook_url(name: str, *args: uuid.UUID | str | int) -> str:
    """The TwiML webhook of that name, e.g. webhook_url("twilio_voice", call.pk)."""
    return public_url(reverse(name, args=[str(arg) for arg in args]))


def callback_url(name: str, *args: uuid.UUID | str | int) -> str:
    """The URL of a callback webhook, which the carrier calls again when it failed."""
    return webhook_url(name, *args) + _RETRY


def held_url(path: str, **query: str) -> str:
    """The URL of a webhook at that path again, with what it has to know the next time."""
    return f"{public_url(path)}?{urlencode(query)}{_RETRY}"


def stream_url() -> str:
    """The WebSocket URL of media streams: PUBLIC_URL with ws for http and wss for https."""
    return f"ws{settings.PUBLIC_URL.removeprefix('http')}{STREAM_PATH}"
