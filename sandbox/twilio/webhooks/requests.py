"""Requests to the app about a call: fetches TwiML and sounds, reports events.

A request carries the common parameters of its call (https://www.twilio.com/docs/voice/twiml#request-parameters).
"""

import asyncio
import contextlib
import time
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag

import httpx

from sandbox.faults import Fault
from sandbox.services import Services
from sandbox.twilio.call.faults import strikes
from sandbox.twilio.call.flow_control import Form, Goto
from sandbox.twilio.call.resource import API_VERSION, Call, Callback
from sandbox.twilio.task_supervisor import TaskSupervisor
from sandbox.twilio.twiml import Document, TwimlError, parse
from sandbox.twilio.twiml.urls import joined
from sandbox.twilio.webhooks.transport import STRANGERS_TOKEN, Transport

_GEOGRAPHY = ("City", "State", "Zip", "Country")
_TWIML_TYPES = ("text/xml", "application/xml", "text/html", "application/xhtml+xml")
_MOST_REDIRECTS = 10
# A slow receiver holds back the next report of the same call for no longer than this.
_PATIENCE_IN_ORDER = 2.0
_LONGEST_LOGGED = 16_000


def common_form(call: Call, *, status: str = "") -> Form:
    """The parameters of every request about ``call``; geography is present and empty, as it often is."""
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


@dataclass(frozen=True)
class _Earlier:
    """A call's last report on its way; ``held`` is how many seconds it and those before it are delayed by."""

    report: asyncio.Task[None]
    held: float


class Webhooks:
    """Sends the requests of all calls. A call waits for TwiML, but never for a report."""

    def __init__(self, services: Services, tasks: TaskSupervisor) -> None:
        self._services, self._tasks = services, tasks
        self._transport = Transport(services.config, services.complaints, trust=services.certificates.trust)
        self._last_report: dict[str, _Earlier] = {}

    async def close(self) -> None:
        await self._transport.close()

    async def document(self, call: Call, goto: Goto) -> Document:
        """The TwiML at that URL. Raises TwimlError with the code Twilio logs when there is none."""
        started = time.monotonic()
        try:
            reply, url = await self._unhurried(self._follow(call, goto))
        except TwimlError as error:
            _log_document(call, goto, started, problem=str(error))
            raise
        _log_document(call, goto, started, url=url, reply=reply)
        if not reply.is_success:
            raise TwimlError(11200, f"{url} answered {reply.status_code}")
        if reply.status_code == 204 or not reply.content.strip():
            return Document((), url)
        _check_type(reply)
        return parse(reply.content, base=url)

    async def _unhurried[T](self, asking: Coroutine[Any, Any, T]) -> T:
        """Lets the app finish its answer when the person hangs up meanwhile; nobody reads it then."""
        task = self._tasks.spawn(asking, awaited=True)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            raise

    async def _follow(self, call: Call, goto: Goto) -> tuple[httpx.Response, str]:
        """Follows redirects as a GET without the form's extras, which is how Digits get lost."""
        address, method, form = goto.url, goto.method, common_form(call) + goto.form
        for _ in range(_MOST_REDIRECTS):
            url = urldefrag(address).url
            reply = await self._asked(call, address, method, form)
            if self._fault(call, "duplicate", url):
                reply = await self._transport.request(address, method, form)
            if not reply.has_redirect_location:
                return reply, url
            address, method, form = joined(url, reply.headers["location"]), "GET", common_form(call)
        raise TwimlError(11200, "too many redirections")

    async def _asked(self, call: Call, address: str, method: str, form: Form) -> httpx.Response:
        """The response, unless a fault makes the request late, lost or forged."""
        url = urldefrag(address).url
        if slow := self._fault(call, "slow", url):
            await asyncio.sleep(slow.number("seconds"))
        if self._fault(call, "dead", url):
            raise TwimlError(11205, f"cannot connect to {url}")
        token = STRANGERS_TOKEN if self._fault(call, "bad_signature", url) else ""
        return await self._transport.request(address, method, form, token=token)

    def _fault(self, call: Call, what: str, url: str) -> Fault | None:
        return strikes(self._services, call, f"webhook.{what}", url=url)

    async def sound(self, address: str) -> httpx.Response:
        """Fetches a sound for <Play>. Raises TwimlError 11200 or 11205."""
        for _ in range(_MOST_REDIRECTS):
            reply = await self._transport.request(address, "GET", (), signed=False)
            if not reply.has_redirect_location:
                break
            address = joined(address, reply.headers["location"])
        else:
            raise TwimlError(11200, "too many redirections")
        if not reply.is_success:
            raise TwimlError(11200, f"{address} answered {reply.status_code}")
        return reply

    def report(
        self,
        call: Call,
        callback: Callback,
        form: Iterable[tuple[str, str]],
        *,
        late: float = 0.0,
        in_order: bool = True,
    ) -> asyncio.Task[None] | None:
        """Reports to a callback URL without waiting for it; reports of one call are sent ``in_order``. ``late`` in
        seconds.

        Returns the report on its way, None when there is no callback.
        """
        if not callback.url:
            return None
        previous = self._last_report.get(call.sid) if in_order else None
        task = self._tasks.spawn(self._deliver(call, callback, tuple(form), previous, late))
        if in_order:
            held = late + (previous.held if previous and not previous.report.done() else 0.0)
            self._last_report[call.sid] = _Earlier(task, held)
        return task

    async def _deliver(
        self, call: Call, callback: Callback, form: Form, previous: _Earlier | None, late: float
    ) -> None:
        if previous is not None:
            await asyncio.wait({previous.report}, timeout=_PATIENCE_IN_ORDER + previous.held)
        await asyncio.sleep(late)
        await self.tell(call, callback, form)

    async def tell(self, call: Call, callback: Callback, form: Form) -> int:
        """Reports now; returns the status of the answer, 0 when there is none."""
        started, status = time.monotonic(), 0
        with contextlib.suppress(TwimlError):
            status = (await self._transport.request(callback.url, callback.method, form)).status_code
        asked = {"url": urldefrag(callback.url).url, "method": callback.method}
        call.log("callback", **asked, status=status, ms=_since(started), form=dict(form))
        return status

    async def post(self, callback: Callback, form: Form) -> None:
        """Reports to a callback URL that belongs to no call; a failure is ignored."""
        with contextlib.suppress(TwimlError):
            await self._transport.request(callback.url, callback.method, form)

    def forget(self, call: Call) -> None:
        self._last_report.pop(call.sid, None)


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def _log_document(
    call: Call, goto: Goto, started: float, *, url: str = "", reply: httpx.Response | None = None, problem: str = ""
) -> None:
    """Logs the request and its answer, without the parameters every request carries."""
    asked = {"url": url or urldefrag(goto.url).url, "method": goto.method, "form": dict(goto.form)}
    status, twiml = (reply.status_code, reply.text[:_LONGEST_LOGGED]) if reply else (0, "")
    why = {"problem": problem} if problem else {}
    call.log("webhook", **asked, status=status, ms=_since(started), call_status=call.status, twiml=twiml, **why)


def _check_type(reply: httpx.Response) -> None:
    content_type = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in _TWIML_TYPES:
        raise TwimlError(12300, f"content type {content_type!r} is not TwiML")
