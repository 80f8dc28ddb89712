"""Our own public address, asked as the carrier asks it: through whatever proxy stands in front.

The health page says how a request of ours arrived, so that a proxy which loses a header is found without a call.
"""

import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from websockets.exceptions import InvalidHandshake, InvalidStatus
from websockets.sync.client import connect

from calls.operations.diagnosis import Finding, Level
from calls.providers.inspection import carrier_signature
from calls.public_urls import callback_url, public_url, stream_url

SECONDS = 10.0
NOBODY = "192.0.2.1"  # of the block that is kept for documentation: no visitor has it
REFUSED = 403


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a request arrived: over which scheme, with a forwarded address, whether that was believed."""

    scheme: str
    forwarded: bool
    believed: bool
    claimed: bool  # it was taken for one from `NOBODY`

    @classmethod
    def of(cls, seen: dict[str, Any]) -> "Arrival":
        """What the health page said."""
        flags = {name: seen.get(name) is True for name in ("forwarded", "believed", "claimed")}
        return cls(str(seen.get("scheme", "")), **flags)


def as_it_arrived(request: HttpRequest) -> dict[str, Any]:
    """How that request arrived here, for the health page: nothing in it names a visitor or a proxy."""
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = [name.strip() for name in request.headers.get("X-Forwarded-For", "").split(",") if name.strip()]
    return {
        "scheme": request.scheme,
        "forwarded": bool(forwarded),
        "believed": address in forwarded,
        "claimed": address == NOBODY,
    }


def asked() -> Iterator[Finding]:
    """Whether our public address answers, believes the carrier and the proxy, and passes WebSockets."""
    try:
        plain = Arrival.of(_seen({}))
        spoofed = Arrival.of(_seen({"X-Forwarded-For": NOBODY}))
    except (OSError, ValueError) as error:
        yield Finding("address", Level.STOPS, f"{settings.PUBLIC_URL} does not answer: {_reason(error)}", START)
        return
    yield Finding("address", Level.OK, f"{settings.PUBLIC_URL} answers")
    yield of_proxy(plain, spoofed, https=settings.HTTPS, public=settings.IS_PUBLIC)
    yield of_webhook(_webhook_status())
    yield of_stream(_stream_status())


START = "Start the web process, or let PUBLIC_URL lead to it (DNS, certificate, proxy)"


def of_proxy(plain: Arrival, spoofed: Arrival, *, https: bool, public: bool) -> Finding:
    """Whether the proxy tells who asks, over which scheme, and is believed. Pure."""
    if https and plain.scheme != "https":
        return Finding(
            "proxy",
            Level.STOPS,
            "Requests arrive as http: pages and webhooks are redirected for ever",
            "Let the proxy set X-Forwarded-Proto",
        )
    if not public:
        return Finding("proxy", Level.OK, "PUBLIC_URL is this machine: no proxy to look at")
    if spoofed.claimed:
        return Finding(
            "proxy",
            Level.LOOK,
            "Visitors may claim any address: the login guard counts what they say",
            "Name your proxy in FORWARDED_ALLOW_IPS instead of *, and let it set X-Forwarded-For itself",
        )
    if plain.forwarded and not plain.believed:
        return Finding(
            "proxy",
            Level.LOOK,
            "A proxy says who asks and is not believed: all visitors seem to be one, and lock each other out",
            "Put the proxy's address into FORWARDED_ALLOW_IPS",
        )
    if not plain.forwarded:
        return Finding(
            "proxy",
            Level.LOOK,
            "No X-Forwarded-For arrives: if a proxy is in front, all visitors seem to be one",
            "Let the proxy set it",
        )
    return Finding("proxy", Level.OK, "The proxy says who asks, and is believed")


def of_webhook(status: int) -> Finding:
    """Whether a webhook with the carrier's signature is believed. Pure."""
    if status == REFUSED:
        return Finding(
            "webhooks",
            Level.STOPS,
            "A webhook signed as the carrier signs is refused",
            "Let the web process have the same PUBLIC_URL and TWILIO_AUTH_TOKEN, and the proxy leave paths as they are",
        )
    if status in (301, 302, 307, 308) or status >= 500 or not status:
        what = f"answered {status}" if status else "not answered"
        return Finding("webhooks", Level.STOPS, f"A webhook is {what}", "See the log of the web process")
    return Finding("webhooks", Level.OK, "A webhook signed as the carrier signs is believed")


def of_stream(status: int) -> Finding:
    """Whether WebSockets come through: a stream that no carrier signed is refused by us, not by the proxy. Pure."""
    if status == REFUSED:
        return Finding("streams", Level.OK, "WebSockets come through; a stream that nobody signed is refused")
    what = f"answered {status}" if status else "not answered"
    return Finding(
        "streams",
        Level.STOPS,
        f"The media stream's address is {what}: realtime calls fall back to the turn-by-turn way",
        "Let the proxy pass WebSockets, and uvicorn run with --ws realtime.server:WebSockets",
    )


def _seen(headers: dict[str, str]) -> dict[str, Any]:
    request = urllib.request.Request(public_url(reverse("health")), headers=headers)  # noqa: S310 - our own address
    try:
        with _opener().open(request, timeout=SECONDS) as answer:
            body = answer.read(1 << 20)
    except urllib.error.HTTPError as error:
        if error.code != 503:  # a part is down, which the report names; it arrived all the same
            raise
        body = error.read(1 << 20)
    return dict(json.loads(body)["seen"])


def _webhook_status() -> int:
    """What a report about a call that there is not is answered, signed by our own token."""
    if not settings.TWILIO_AUTH_TOKEN:
        return REFUSED
    url = callback_url("twilio_status", uuid.uuid4()).split("#")[0]
    form = {"CallSid": "CA" + "0" * 32, "CallStatus": "completed"}
    request = urllib.request.Request(  # noqa: S310 - our own address
        url, data=urlencode(form).encode(), headers={"X-Twilio-Signature": carrier_signature(url, form)}
    )
    try:
        with _opener().open(request, timeout=SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def _stream_status() -> int:
    try:
        with connect(stream_url(), open_timeout=SECONDS, close_timeout=1, proxy=None if _is_near() else True):
            return 101
    except InvalidStatus as error:
        return error.response.status_code
    except (OSError, InvalidHandshake):
        return 0


class _Unredirected(urllib.request.HTTPRedirectHandler):
    """Takes a redirect for the answer."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _opener() -> urllib.request.OpenerDirector:
    """A proxy of the environment leads to the internet: past it to an address on this machine."""
    return urllib.request.build_opener(_Unredirected, *([urllib.request.ProxyHandler({})] if _is_near() else []))


def _is_near() -> bool:
    return not settings.IS_PUBLIC


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP {error.code}"
    if isinstance(error, ValueError | KeyError):
        return "something else is served there"
    return str(getattr(error, "reason", error))[:120] or type(error).__name__
