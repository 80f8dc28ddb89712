"""Twilio as an HTTP client: fetching TwiML, reporting events. Every request is signed.

A request carries the common parameters of its call (https://www.twilio.com/docs/voice/twiml#request-parameters).
"""

import asyncio
import contextlib
import time
from collections.abc import Iterable
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit, urlunsplit

import httpx

from sandbox.services import Services
from sandbox.twilio.crew import Crew
from sandbox.twilio.orders import Goto
from sandbox.twilio.records import API_VERSION, Call, Callback, new_sid
from sandbox.twilio.signature import sign
from sandbox.twilio.twiml import Document, TwimlError, parse

type Form = tuple[tuple[str, str], ...]

_GEOGRAPHY = ("City", "State", "Zip", "Country")
_TWIML_TYPES = ("text/xml", "application/xml", "text/html", "application/xhtml+xml")
_MOST_REDIRECTS = 10
# A slow receiver holds back the next report of the same call for no longer than this.
_PATIENCE_IN_ORDER = 2.0


def common_form(call: Call, *, status: str = "") -> Form:
    """The parameters every request about ``call`` carries; geography is present and empty, as it often is."""
    pairs = [
        ("CallSid", call.sid),
        ("AccountSid", call.account_sid),
        ("ApiVersion", API_VERSION),
        ("CallStatus", status or call.status),
        ("Direction", call.direction),
        ("From", call.from_),
        ("To", call.to),
        ("Caller", call.from_),
        ("Called", call.to),
    ]
    pairs += [(side + part, "") for side in ("From", "To", "Caller", "Called") for part in _GEOGRAPHY]
    if call.parent:
        pairs.append(("ParentCallSid", call.parent.sid))
    return tuple(pairs)


class Webhooks:
    """Sends; the person at the other end of the line never waits for a report, but does for TwiML."""

    def __init__(self, services: Services, crew: Crew) -> None:
        self._services, self._crew = services, crew
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=50)
        self._client = httpx.AsyncClient(trust_env=False, limits=limits, follow_redirects=False)
        self._client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._last_report: dict[str, asyncio.Task[None]] = {}

    async def close(self) -> None:
        await self._client.aclose()

    # TwiML ----------------------------------------------------------------------------------------------------

    async def document(self, call: Call, goto: Goto) -> Document:
        """The TwiML at that URL. Raises TwimlError with the code Twilio logs when there is none."""
        form = common_form(call) + goto.form
        asking = self._crew.spawn(self._follow(call, urldefrag(goto.url).url, goto.method, form), awaited=True)
        try:
            reply, url = await asyncio.shield(asking)
        except asyncio.CancelledError:
            # The person hung up: the app finishes its answer all the same, and nobody reads it.
            asking.add_done_callback(lambda task: task.cancelled() or task.exception())
            raise
        call.log("webhook", url=url, status=reply.status_code, ms=round(reply.elapsed.total_seconds() * 1000))
        if not reply.is_success:
            raise TwimlError(11200, f"{url} answered {reply.status_code}")
        if reply.status_code == 204 or not reply.content.strip():
            return Document((), url)
        _check_type(reply)
        return parse(reply.content, base=url)

    async def _follow(self, call: Call, url: str, method: str, form: Form) -> tuple[httpx.Response, str]:
        """Redirections are followed as a GET without the form's extras, which is how Digits get lost."""
        for _ in range(_MOST_REDIRECTS):
            reply = await self._request(url, method, form)
            if self._services.faults.take("webhook.duplicate", call=call.sid, url=url):
                reply = await self._request(url, method, form)
            if not reply.has_redirect_location:
                return reply, url
            url, method, form = urljoin(url, reply.headers["location"]), "GET", common_form(call)
        raise TwimlError(11200, "too many redirections")

    async def fetch_media(self, url: str) -> httpx.Response:
        """A sound for <Play>. Raises TwimlError 11200 or 11205."""
        reply = await self._request(urldefrag(url).url, "GET", (), signed=False)
        for _ in range(_MOST_REDIRECTS):
            if not reply.has_redirect_location:
                break
            url = urljoin(url, reply.headers["location"])
            reply = await self._request(url, "GET", (), signed=False)
        if not reply.is_success:
            raise TwimlError(11200, f"{url} answered {reply.status_code}")
        return reply

    async def _request(self, url: str, method: str, form: Form, *, signed: bool = True) -> httpx.Response:
        try:
            async with asyncio.timeout(self._services.config.webhook_seconds):
                return await self._client.send(self._prepared(url, method, form, signed=signed))
        except TimeoutError as error:
            raise TwimlError(11200, f"no answer from {url} within the limit") from error
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise TwimlError(11205, f"cannot connect to {url}") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TwimlError(11200, f"cannot retrieve {url}: {type(error).__name__}") from error

    def _prepared(self, url: str, method: str, form: Form, *, signed: bool = True) -> httpx.Request:
        headers = {"user-agent": "TwilioProxy/1.1", "accept": "*/*", "i-twilio-idempotency-token": new_sid("")}
        body = b""
        if method.upper() == "POST":
            signature = sign(self._services.config.auth_token, url, form)
            headers["content-type"] = "application/x-www-form-urlencoded; charset=UTF-8"
            body = urlencode(form).encode()
        else:
            url = _with_query(url, form)
            signature = sign(self._services.config.auth_token, url)
        if signed:
            headers["x-twilio-signature"] = signature
        timeout = self._services.config.webhook_seconds
        extensions = {"timeout": {"connect": min(10.0, timeout), "read": timeout, "write": timeout, "pool": timeout}}
        return httpx.Request(method.upper(), url, headers=headers, content=body, extensions=extensions)

    # reports --------------------------------------------------------------------------------------------------

    def report(self, call: Call, callback: Callback, form: Iterable[tuple[str, str]], *, late: float = 0.0) -> None:
        """Tell a callback URL, without waiting for it; reports of one call leave in order unless ``late``."""
        if not callback.url:
            return
        previous = None if late else self._last_report.get(call.sid)
        task = self._crew.spawn(self._deliver(call, callback, tuple(form), previous, late))
        if not late:
            self._last_report[call.sid] = task

    async def _deliver(
        self, call: Call, callback: Callback, form: Form, previous: asyncio.Task[None] | None, late: float
    ) -> None:
        if previous is not None:
            await asyncio.wait({previous}, timeout=_PATIENCE_IN_ORDER)
        await asyncio.sleep(late)
        url = urldefrag(callback.url).url
        started = time.monotonic()
        status = 0
        with contextlib.suppress(TwimlError):
            status = (await self._request(url, callback.method, form)).status_code
        call.log("callback", url=url, status=status, ms=round((time.monotonic() - started) * 1000), form=dict(form))

    def forget(self, call: Call) -> None:
        self._last_report.pop(call.sid, None)


def _with_query(url: str, form: Form) -> str:
    if not form:
        return url
    parts = urlsplit(url)
    query = "&".join(filter(None, [parts.query, urlencode(form)]))
    return urlunsplit(parts._replace(query=query))


def _check_type(reply: httpx.Response) -> None:
    content_type = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in _TWIML_TYPES:
        raise TwimlError(12300, f"content type {content_type!r} is not TwiML")
