"""Decorators for the carrier's webhooks: POST only, signed, about a call we know, and never a 500.

A person on the line hears what a TwiML hook answers, so after any fault it answers 200 with a polite end; when only the
database is away, the line is held and the carrier comes again (`held_line.py`). A callback hook is heard by the carrier
alone, so it answers with a status code; 503 asks the carrier to try again.
"""

import functools
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from calls.call_log.callbacks import keep_promise
from calls.carrier import held_line, twiml
from calls.carrier.call_sids import adopt_sid
from calls.carrier.signatures import request_is_signed
from calls.database.outage import is_outage
from calls.models import Call

log = structlog.get_logger(__name__)

type Hook = Callable[..., HttpResponse]
type TwimlView = Callable[..., str]
type CallbackView = Callable[..., None]


def twiml_hook(view: TwimlView) -> Hook:
    """A webhook that answers with TwiML for a live call: `view(request, call, ...)` returns the document."""
    return _twiml_hook(view)


def lead_hook(item: str = "held-{hook}") -> Callable[[TwimlView], Hook]:
    """The same for the line of a lead who talks with the AI, and is heard also while the line waits for the database.

    `item` names their words in the transcript; the numbers of the address may stand in it.
    """
    return lambda view: _twiml_hook(view, item)


def opening_hook(view: TwimlView) -> Hook:
    """The same for a line that was just picked up: nobody has said yet who calls."""
    return _twiml_hook(view, opening=True)


def _twiml_hook(view: TwimlView, item: str = "", *, opening: bool = False) -> Hook:
    @csrf_exempt
    @functools.wraps(view)
    def hook(request: HttpRequest, call_id: uuid.UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        if (refused := refusal(request)) is not None:
            return refused
        words = item.format(hook="-".join(map(str, (view.__name__, *kwargs.values()))), **kwargs)
        if farewell := held_line.bring_back(request, call_id, words):
            held_line.let_go(request)
            return as_twiml(farewell)
        return twiml_or_goodbye(
            lambda: _answer(request, call_id, lambda: _speak(view, request, call_id, *args, **kwargs)),
            broken=lambda: _promise(call_id),
            away=lambda: held_line.hold(request, call_id, item=words, opening=opening),
        )

    return hook


def callback_hook(view: CallbackView) -> Hook:
    """A webhook that only reports to us: `view(request, call, ...)`; 204 when accepted, 404 for an unknown call."""

    @csrf_exempt
    @functools.wraps(view)
    def hook(request: HttpRequest, call_id: uuid.UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        if (refused := refusal(request)) is not None:
            return refused

        def take_in() -> bool:
            call = known_call(request, call_id)
            if call is not None:
                view(request, call, *args, **kwargs)
            return call is not None

        try:
            known = held_line.patiently(take_in, call_id=call_id, seconds=held_line.GIVE_WAY)
        except Exception as error:
            log.exception("callback not taken in", hook=view.__name__, call=str(call_id), error=type(error).__name__)
            return json_error(503, "try_again", "Not taken in; send it again")
        return HttpResponse(status=204) if known else json_error(404, "unknown_call", "No such call")

    return hook


def twiml_or_goodbye(
    answer: Callable[[], str],
    *,
    broken: Callable[[], object] | None = None,
    away: Callable[[], str] | None = None,
) -> HttpResponse:
    """The document; when making it fails, a polite end, since somebody is listening, and `broken` is called.

    When only the database is `away`, that document instead.
    """
    try:
        return as_twiml(answer())
    except Exception as error:
        if away is not None and is_outage(error):
            return twiml_or_goodbye(away, broken=broken)
        log.exception("no TwiML made, ending politely", error=type(error).__name__)
        if broken is not None:
            broken()
        return as_twiml(twiml.polite_end())


def as_twiml(document: str) -> HttpResponse:
    """The document with TwiML's content type."""
    return HttpResponse(document, content_type=twiml.CONTENT_TYPE)


def refusal(request: HttpRequest) -> HttpResponse | None:
    """405 for anything but POST, 413 for a form that is too big, 403 for one Twilio did not sign, else None."""
    if request.method != "POST":
        return json_error(405, "method_not_allowed", "POST only", {"Allow": "POST"})
    try:
        signed = request_is_signed(request)
    except (RequestDataTooBig, TooManyFieldsSent):
        return json_error(413, "too_big", "No webhook of the carrier is that long")
    if not signed:
        log.warning("webhook refused, not signed by the carrier", path=request.path)
        return json_error(403, "bad_signature", "Not signed by the carrier")
    return None


def json_error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> JsonResponse:
    """An error as JSON."""
    return JsonResponse({"error": {"code": code, "message": message}}, status=status, headers=headers)


def known_call(request: HttpRequest, call_id: uuid.UUID) -> Call | None:
    """The call this request is about; None when there is none, or its CallSid belongs to another call.

    A request may come before the answer to our REST request, so a call without a sid takes that of the request. A leg
    dialed from the call has a sid of its own and names the call as ParentCallSid.
    """
    sid = request.POST.get("ParentCallSid") or request.POST.get("CallSid", "")
    calls = Call.objects.with_people()
    call = calls.filter(pk=call_id).first()
    if call is None or sid in ("", call.twilio_sid):
        return call
    return calls.get(pk=call_id) if adopt_sid(call_id, sid) else None


def _answer(request: HttpRequest, call_id: uuid.UUID, speak: Callable[[], str]) -> str:
    document = held_line.patiently(speak, call_id=call_id)
    held_line.let_go(request)
    return document


def _promise(call_id: uuid.UUID) -> None:
    """File a call back for a live call: the polite end says that we will be in touch."""
    try:
        keep_promise.keep(call_id, reason="a fault of ours ended the call")
    except Exception as error:  # what broke the document may break this too, and somebody still waits for an answer
        log.exception("call back not filed", call=str(call_id), error=type(error).__name__)


def _speak(view: TwimlView, request: HttpRequest, call_id: uuid.UUID, *args: Any, **kwargs: Any) -> str:
    call = known_call(request, call_id)
    if call is None:
        return twiml.polite_end()
    if call.is_ended:
        return twiml.document(twiml.hangup())
    return view(request, call, *args, **kwargs)
