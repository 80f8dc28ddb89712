"""The HTTP client: signed requests within the time limit, retried as the URL's fragment asks.

``https://h/status#rc=2&rp=ct,5xx`` retries twice on a failed connection or a 5xx answer; the fragment itself is never
sent nor signed. https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
"""

import asyncio
import ssl
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import parse_qsl, urldefrag, urlencode, urlsplit, urlunsplit

import httpx

from sandbox.complaints import Complaints
from sandbox.config import Config
from sandbox.conformance.shapes import form_misfits, webhook_of
from sandbox.twilio.call.flow_control import Form
from sandbox.twilio.call.resource import new_sid
from sandbox.twilio.twiml import TwimlError
from sandbox.twilio.webhooks.loopback import caused_by, is_loopback, is_no_tls
from sandbox.twilio.webhooks.signature import sign

# The token a fault signs with instead of the account's.
STRANGERS_TOKEN = "of-another-account"  # noqa: S105
_CONNECT_SECONDS = 10.0
_MOST_RETRIES = 5
# Shorter than a server keeps an idle connection, so that none is reused while it is being closed.
_KEEPALIVE_SECONDS = 1.0


@dataclass(frozen=True)
class Overrides:
    """What a URL's fragment asks for. ``on`` holds ct, rt, 4xx, 5xx or all; times in seconds."""

    retries: int = 1
    on: frozenset[str] = frozenset({"ct"})
    connect: float = _CONNECT_SECONDS
    read: float = 15.0
    total: float = 15.0

    @classmethod
    def read_from(cls, fragment: str, limit: float) -> "Overrides":
        """Reads a fragment; an invalid value counts as the default."""
        given = {name: value for name, value in parse_qsl(fragment) if value}

        def seconds(name: str, default: float) -> float:
            value = given.get(name, "")
            return min(int(value) / 1000, limit) if value.isdigit() else min(default, limit)

        retries = int(given["rc"]) if given.get("rc", "").isdigit() else cls.retries
        on = frozenset(given["rp"].split(",")) if "rp" in given else cls.on
        return cls(
            min(retries, _MOST_RETRIES),
            on,
            seconds("ct", _CONNECT_SECONDS),
            seconds("rt", limit),
            seconds("tt", limit),
        )

    def again_after(self, outcome: "httpx.Response | Failure") -> bool:
        if isinstance(outcome, Failure):
            reason = "ct" if outcome.code == 11205 else "rt"
        else:
            reason = f"{outcome.status_code // 100}xx"
        return reason in self.on or ("all" in self.on and reason not in ("2xx", "3xx"))


class Failure(TwimlError):
    """No answer: 11205 when the connection failed, otherwise 11200."""


class Transport:
    """Sends requests with Twilio's headers."""

    def __init__(self, config: Config, complaints: Complaints, *, trust: ssl.SSLContext) -> None:
        self._config, self._complaints = config, complaints
        self._without_tls: set[str] = set()
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=_KEEPALIVE_SECONDS)
        self._client = httpx.AsyncClient(verify=trust, trust_env=False, limits=limits, follow_redirects=False)
        self._client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    async def close(self) -> None:
        await self._client.aclose()

    async def request(
        self, address: str, method: str, form: Form, *, signed: bool = True, token: str = ""
    ) -> httpx.Response:
        """The answer, whatever its status, to a request signed with ``token`` (empty: the account's).

        Raises Failure when there is none, retries included.
        """
        url, fragment = urldefrag(address)
        overrides = Overrides.read_from(fragment, self._config.webhook_seconds)
        if signed:
            self._check(form)
        secret = (token or self._config.auth_token) if signed else ""
        request = self._prepared(url, method, form, overrides, secret=secret)
        outcome = await self._attempt(request, overrides)
        for _ in range(overrides.retries):
            if not overrides.again_after(outcome):
                break
            outcome = await self._attempt(
                self._prepared(url, method, form, overrides, secret=secret, like=request), overrides
            )
        if isinstance(outcome, Failure):
            raise outcome
        return outcome

    def _check(self, form: Form) -> None:
        webhook = webhook_of(form)
        problems = form_misfits(webhook, form)
        about = dict(form).get("CallSid", "")
        self._complaints.check("twilio.webhook", message=webhook, by="sandbox", problems=problems, about=about)

    async def _attempt(self, request: httpx.Request, overrides: Overrides) -> httpx.Response | Failure:
        try:
            async with asyncio.timeout(overrides.total):
                return await self._client.send(self._as_served(request))
        except httpx.ConnectError as error:
            if self._speaks_plain(request, error):
                return await self._attempt(request, overrides)
            code = 11237 if caused_by(error, ssl.SSLCertVerificationError) else 11205
            return Failure(code, f"cannot connect to {request.url}")
        except (httpx.ConnectTimeout, httpx.UnsupportedProtocol):
            return Failure(11205, f"cannot connect to {request.url}")
        except TimeoutError:
            return Failure(11200, f"no answer from {request.url} within the limit")
        except httpx.HTTPError as error:
            return Failure(11200, f"cannot retrieve {request.url}: {type(error).__name__}")

    def _as_served(self, request: httpx.Request) -> httpx.Request:
        """The request itself, or over plain http to an app on this machine that is known to have no TLS."""
        if _served_by(request) not in self._without_tls:
            return request
        url = request.url.copy_with(scheme="http", port=request.url.port or 443)
        return httpx.Request(
            request.method, url, headers=request.headers, content=request.content, extensions=request.extensions
        )

    def _speaks_plain(self, request: httpx.Request, error: httpx.ConnectError) -> bool:
        """Whether an app on this machine is to be asked without TLS: it writes https, as Twilio needs it, and stands
        without the proxy that would take it away. Complained about once for each app.
        """
        served = _served_by(request)
        untried = request.url.scheme == "https" and is_loopback(request.url.host) and served not in self._without_tls
        if not untried or not is_no_tls(error):
            return False
        self._without_tls.add(served)
        problem = f"{served} answered https without TLS; http was used, since it is on this machine"
        self._complaints.add("twilio.webhook", message="https", problem=problem)
        return True

    def _prepared(
        self,
        url: str,
        method: str,
        form: Form,
        overrides: Overrides,
        *,
        secret: str,
        like: httpx.Request | None = None,
    ) -> httpx.Request:
        """Signed with ``secret`` if there is one; ``like`` is the first attempt, whose idempotency token is kept."""
        token = like.headers["i-twilio-idempotency-token"] if like else new_sid("")
        headers = {"user-agent": "TwilioProxy/1.1", "accept": "*/*", "i-twilio-idempotency-token": token}
        post = method.upper() == "POST"
        if post:
            headers["content-type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        else:
            url = _with_query(url, form)
        if secret:
            headers["x-twilio-signature"] = sign(secret, url, form if post else ())
        body = urlencode(form).encode() if post else b""
        timeout = {
            "connect": overrides.connect,
            "read": overrides.read,
            "write": overrides.read,
            "pool": overrides.total,
        }
        try:
            return httpx.Request(method.upper(), url, headers=headers, content=body, extensions={"timeout": timeout})
        except httpx.InvalidURL as error:
            raise Failure(11205, f"not a URL: {url}") from error


def _served_by(request: httpx.Request) -> str:
    return f"{request.url.host}:{request.url.port or 443}"


def _with_query(url: str, form: Form) -> str:
    if not form:
        return url
    parts = urlsplit(url)
    query = "&".join(filter(None, [parts.query, urlencode(form)]))
    return urlunsplit(parts._replace(query=query))
