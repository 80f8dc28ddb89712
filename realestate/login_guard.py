"""Slows password guessing, by name and by address, without letting a stranger lock the owner of an account out.

Failures are counted per name and address, per address over all names, and per name over all addresses: what one proxy
or a claimed address makes of the visitors evades one count, not the others. A browser that somebody has logged in with
before carries a cookie that says so ("device cookies", OWASP); it is counted by itself, so no stranger's failures touch
it.
"""

import hashlib
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.conf import settings
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.core import signing
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse

PER_NAME_AND_ADDRESS = 10
PER_ADDRESS = 20  # over all names
PER_NAME = 50  # over all addresses
PER_DEVICE = 10
COOKIE = "known_device"
COOKIE_SECONDS = 180 * 24 * 3600
SALT = "ringside.known-device"
DEVICE = "known device "  # before its digest, in the column of user agents


class LoginGuard(AxesDatabaseHandler):
    """Counts failed logins and says when it is enough; what it returns is measured against AXES_FAILURE_LIMIT."""

    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Whether this request may try a password."""
        _mark(request, credentials)
        return bool(super().is_allowed(request, credentials))

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """How far the nearest limit is used up, in failures out of AXES_FAILURE_LIMIT."""
        _mark(request, credentials)
        recent = AccessAttempt.objects.filter(attempt_time__gte=get_cool_off_threshold(request))
        name, address, agent = get_client_username(request, credentials), _address(request), _agent(request)
        if agent.startswith(DEVICE):
            counted = [(recent.filter(username=name, user_agent=agent), PER_DEVICE)]
        else:
            strangers = recent.exclude(user_agent__startswith=DEVICE)
            counted = [(strangers.filter(username=name), PER_NAME)]
            if address:
                counted += [
                    (strangers.filter(username=name, ip_address=address), PER_NAME_AND_ADDRESS),
                    (strangers.filter(ip_address=address), PER_ADDRESS),
                ]
        limit = int(settings.AXES_FAILURE_LIMIT)
        return max(_failures(attempts) * limit // most for attempts, most in counted)

    def user_login_failed(
        self, sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        """Count a failure, for the device where it is a known one."""
        if request is not None:
            _mark(request, credentials)
        super().user_login_failed(sender, credentials, request, **kwargs)

    def user_logged_in(self, sender: object, request: HttpRequest, user: Any, **kwargs: Any) -> None:
        """Remember that this browser belongs to somebody who knows the password."""
        super().user_logged_in(sender, request, user, **kwargs)
        request.logged_in_as = user.get_username()  # type: ignore[attr-defined]


class KnownDevices:
    """Middleware that gives the browser of a fresh login its cookie."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response, with the cookie where somebody has just logged in."""
        response = self._get_response(request)
        if name := getattr(request, "logged_in_as", ""):
            response.set_cookie(
                COOKIE,
                signing.dumps(name, salt=SALT),
                max_age=COOKIE_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def client_address(request: HttpRequest) -> str | None:
    """The address failures are counted by: of IPv6 the /64 that one customer has; None when it is no address."""
    try:
        address: IPv4Address | IPv6Address = ip_address(request.META.get("REMOTE_ADDR") or "")
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((int(address), 64), strict=False).network_address)
    return str(address)


def unnamed(*args: object) -> str:
    """Who tried, in a log line: nobody's name and address."""
    return "a visitor"


def _mark(request: HttpRequest, credentials: dict[str, Any] | None) -> None:
    """Put the known device into the place of the user agent; a visitor who only says so gets another one."""
    name = get_client_username(request, credentials)
    cookie = request.COOKIES.get(COOKIE, "")
    if name and cookie and _cookie_of(cookie) == name:
        request.axes_user_agent = DEVICE + hashlib.sha256(cookie.encode()).hexdigest()[:32]  # type: ignore[attr-defined]
    elif _agent(request).startswith(DEVICE):
        request.axes_user_agent = "-"  # type: ignore[attr-defined]


def _cookie_of(cookie: str) -> str:
    try:
        return str(signing.loads(cookie, salt=SALT, max_age=COOKIE_SECONDS))
    except signing.BadSignature:
        return ""


def _agent(request: HttpRequest) -> str:
    return str(getattr(request, "axes_user_agent", ""))


def _address(request: HttpRequest) -> str | None:
    return getattr(request, "axes_ip_address", None)


def _failures(attempts: "QuerySet[AccessAttempt]") -> int:
    return int(attempts.aggregate(all=Sum("failures_since_start"))["all"] or 0)
