"""Verify Twilio's signature of a request: it covers PUBLIC_URL and the path, as we gave them to Twilio.

The URL is never built from the request's host or scheme, which a proxy changes and an attacker chooses.
"""

from django.conf import settings
from django.http import HttpRequest, QueryDict

from calls.providers.twilio import signature_is_valid


def request_is_signed(request: HttpRequest) -> bool:
    """Whether Twilio signed this webhook request. Repeated and blank fields count, so the QueryDict is passed whole."""
    return signature_is_valid(
        settings.PUBLIC_URL + request.get_full_path(),
        request.POST if request.method == "POST" else QueryDict(),
        request.headers.get("X-Twilio-Signature"),
        settings_header=request.headers.get("X-Twilio-Webhooks-Signature-Settings"),
    )


def stream_is_signed(path: str, signature: str | None, *, settings_header: str | None = None) -> bool:
    """Whether Twilio signed the WebSocket handshake on `path`, with or without a trailing slash (docs: try both)."""
    base = "ws" + settings.PUBLIC_URL.removeprefix("http") + path.rstrip("/")
    return any(signature_is_valid(url, {}, signature, settings_header=settings_header) for url in (base, base + "/"))
