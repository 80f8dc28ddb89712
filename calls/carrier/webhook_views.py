"""Decorators for the carrier's webhooks: POST only, signed, about a call we know, and never a 500.

A person on the line hears what a TwiML hook answers, so after any fault it answers 200 with a polite end. A callback
hook is heard by the carrier alone, so it answers with a status code; 503 asks the carrier to try again.
"""

import functools
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from calls.call_log.callbacks import promise_call_back
from calls.carrier import twiml
from calls.carrier.call_sids import adopt_sid
from calls.carrier.signatures import request_is_signed
from calls.models import Call

log = structlog.get_logger(__name__)

type Hook = Callable[..., HttpResponse]
type TwimlView = Callable[..., str]
type CallbackView = Callable[..., None]


def twiml_hook(view: TwimlView) -> Hook:
    """A webhook that answers with TwiML for a live call: `view(request, call, ...)` returns the document."""

    @csrf_exempt
    @functools.wraps(view)
    def hook(request: HttpRequest, call_id: uuid.UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        if (refused := refusal(request)) is not None:
            return refused
        return twiml_or_goodbye(
            lambda: _speak(view, request, call_id, *args, **kwargs), broken=lambda: _file_call_back(call_id)
        )

    return hook


def callback_hook(view: CallbackView) -> Hook:
    """A webhook that only reports to us: `view(request, call, ...)`; 204 when accepted, 404 for an unknown call."""

    @csrf_exempt
    @functools.wraps(view)
    def hook(request: HttpRequest, call_id: uuid.UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        if (refused := refusal(request)) is not None:
            return refused
        try:
            call = known_call(request, call_id)
            if call is None:
                return json_error(404, "unknown_call", "No such call")
            view(request, call, *args, **kwargs)
        except Exception as error:
            log.exception("callback not taken in", hook=view.__name__, call=str(call_id), error=type(error).__name__)
            return json_error(503, "try_again", "Not taken in; send it again")
        return HttpResponse(status=204)

    return hook


def twiml_or_goodbye(answer: Callable[[], str], *, broken: Callable[[], object] | None = None) -> HttpResponse:
    """The document; when making it fails, a polite end, since somebody is listening, and `broken` is called."""
    try:
        return as_twiml(answer())
    except Exception as error:
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


def _file_call_back(call_id: uuid.UUID) -> None:
    """File a call back for a live call: the polite end says that we will be in touch."""
    try:
        call = Call.objects.live().filter(pk=call_id).first()
        if call is not None:
            promise_call_back(call, reason="a fault of ours ended the call")
    except Exception as error:  # what broke the document may break this too, and somebody still waits for an answer
        log.exception("call back not filed", call=str(call_id), error=type(error).__name__)


def _speak(view: TwimlView, request: HttpRequest, call_id: uuid.UUID, *args: Any, **kwargs: Any) -> str:
    call = known_call(request, call_id)
    if call is None:
        return twiml.polite_end()
    if call.is_ended:
        return twiml.document(twiml.hangup())
    return view(request, call, *args, **kwargs)
