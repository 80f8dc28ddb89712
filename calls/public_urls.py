"""The absolute URLs Twilio is given. All are built from PUBLIC_URL, never from a request's host or scheme."""

import uuid

from django.conf import settings
from django.urls import reverse

STREAM_PATH = "/api/realtime/media-stream"  # no query: Twilio drops it
# Try again when the answer was an error of ours or never came. The fragment is Twilio's own, and never sent.
_RETRY = "#rc=2&rp=ct,rt,5xx"


def public_url(path: str) -> str:
    """That path of this house, as the world reaches it."""
    return f"{settings.PUBLIC_URL}{path}"


def webhook_url(name: str, *args: uuid.UUID | str | int) -> str:
    """The TwiML webhook of that name, e.g. webhook_url("twilio_voice", call.pk)."""
    return public_url(reverse(name, args=[str(arg) for arg in args]))


def callback_url(name: str, *args: uuid.UUID | str | int) -> str:
    """A callback webhook: as above, and repeated by the carrier when it failed."""
    return webhook_url(name, *args) + _RETRY


def stream_url() -> str:
    """Where the carrier's media streams connect: PUBLIC_URL with ws for http and wss for https."""
    return f"ws{settings.PUBLIC_URL.removeprefix('http')}{STREAM_PATH}"
