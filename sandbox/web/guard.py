"""ASGI middleware: what is below ``/sandbox/`` answers programs and the sandbox's own pages, and no other page.

A page of another site can send requests to this machine (CSRF), and, once its own name resolves to this machine, read
the answers too (DNS rebinding). So a request must name us by an address or a name that nobody outside can take over,
and where a browser says which page it comes from, that has to be one of ours. Clients of the vendors' own paths name
the vendors' hosts and may; but no page places calls at the carrier, whose first credentials stand in the handbook.
"""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_OURS, _NO_PAGES = "/sandbox", "/2010-04-01"
_ELSEWHERE = ("cross-site", "same-site")


class OwnPagesOnly:
    """ASGI middleware that refuses with 403, a WebSocket before it is accepted."""

    def __init__(self, app: ASGIApp, names: Iterable[str] = ()) -> None:
        self._app, self._names = app, frozenset(name.lower() for name in names if name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or not _is_guarded(scope):
            await self._app(scope, receive, send)
        elif problem := refusal(Headers(scope=scope), self._names, method=scope.get("method", "")):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008, "reason": problem})
            else:
                await JSONResponse({"error": problem}, 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def refusal(headers: Headers, names: Iterable[str] = (), *, method: str = "") -> str:
    """Why a request is refused; empty when it may pass. A WebSocket has no method."""
    hosts = headers.getlist("host")
    if not all(_is_ours(host, names) for host in hosts):
        return f"the sandbox is not {hosts[0][:100]}: use its address, or start it with --public-url"
    origins = [urlsplit(origin).netloc.lower() for origin in headers.getlist("origin")]
    if any(origin not in [host.lower() for host in hosts] for origin in origins):
        return "only the sandbox's own pages may do this"
    followed = method in ("GET", "HEAD") and headers.get("sec-fetch-mode") == "navigate"  # a link to our page
    if headers.get("sec-fetch-site") in _ELSEWHERE and not followed:
        return "only the sandbox's own pages may do this"
    return ""


def _is_guarded(scope: Scope) -> bool:
    path, headers = scope["path"], Headers(scope=scope)
    if path.startswith(f"{_NO_PAGES}/"):
        return "origin" in headers or "sec-fetch-site" in headers
    return path == _OURS or str(path).startswith(f"{_OURS}/")


def _is_ours(host: str, names: Iterable[str]) -> bool:
    """Whether that name cannot be somebody else's: an address, a name without a domain, or one we were told of."""
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return False
    if name in names or name.endswith(".localhost") or (name and "." not in name and ":" not in name):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
