"""Calls over the JSON API: place one, read it, end it."""

import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from calls.api import idempotency
from calls.api.auth import acting_user, staff_user
from calls.api.errors import ApiError
from calls.api.schemas import BlockedOut, CallDetail, CallList, CallOut, ErrorOut, Initiate, call_detail, call_out
from calls.compliance.gate import blocks_json, reason_list
from calls.lifecycle.placing import Refusal, end_call, request_call
from calls.models import Call, CallStatus
from calls.providers import ProviderError
from leads.models import Lead

router = Router(tags=["calls"])
ERRORS = {400: ErrorOut, 401: ErrorOut, 403: ErrorOut, 404: ErrorOut}
REPEATABLE = {409: ErrorOut, 413: ErrorOut, 422: ErrorOut}  # of operations under an Idempotency-Key


@router.post(
    "/calls/{lead_id}/initiate",
    response={
        201: CallOut,
        **ERRORS,
        **REPEATABLE,
        409: BlockedOut | ErrorOut,
        502: ErrorOut,
        503: BlockedOut,
        504: ErrorOut,
    },
    summary="Call a lead now",
    openapi_extra={"parameters": [idempotency.OPENAPI]},
)
@idempotency.once_per_key
def initiate(request: HttpRequest, lead_id: str, payload: Initiate) -> Any:
    """Calls the lead by the given type. 409: which rules refuse. 503: all lines are busy, or the server restarts.

    502: the carrier refused. 504: the carrier did not answer; the call may have been placed and is being looked up.
    """
    user = staff_user(request)
    lead = visible_lead(request, lead_id)
    placed_by = acting_user(user, payload.user_id)
    placed = request_call(lead=lead, type=payload.call_type(), placed_by=placed_by, agent_mode=payload.agent_mode)
    if isinstance(placed, Refusal):
        raise refusal_error(placed)
    raise_carrier_failure(placed)
    return Status(201, call_out(placed))


@router.get("/calls", response={200: CallList, **ERRORS}, summary="The newest calls, or those of one lead")
def calls(
    request: HttpRequest,
    lead: str = "",
    limit: Annotated[int, Field(ge=1, le=200)] = 50,
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0,
) -> Any:
    """Newest first. A lead you may not see is 404."""
    found = Call.objects.visible_to(staff_user(request))
    if lead:
        found = found.filter(lead=visible_lead(request, lead))
    return {"calls": [call_out(call) for call in found[offset : offset + limit]], "total": found.count()}


@router.get("/calls/{call_id}", response={200: CallDetail, **ERRORS}, summary="One call")
def call(request: HttpRequest, call_id: str) -> Any:
    """Status, transcript, tools, latency and cost."""
    return call_detail(visible_call(request, call_id))


@router.post(
    "/calls/{call_id}/end",
    response={200: CallOut, **ERRORS, **REPEATABLE, 502: ErrorOut},
    summary="End a call",
    openapi_extra={"parameters": [idempotency.OPENAPI]},
)
@idempotency.once_per_key
def end(request: HttpRequest, call_id: str) -> Any:
    """Hangs up. The status follows when the carrier reports it; a call that had ended is left as it is."""
    found = visible_call(request, call_id)
    try:
        end_call(found)
    except ProviderError as error:
        raise ApiError(502, "carrier", f"The carrier did not end the call: {error.message}") from error
    found.refresh_from_db()
    return call_out(found)


def visible_lead(request: HttpRequest, lead_id: str) -> Lead:
    """The lead with that id; 404 for an unknown lead and for one the user may not see."""
    lead = Lead.objects.visible_to(staff_user(request)).filter(pk=parse_id(lead_id)).first()
    if lead is None:
        raise ApiError(404, "not_found", "No such lead")
    return lead


def visible_call(request: HttpRequest, call_id: str) -> Call:
    """The call with that id; 404 for an unknown call and for one the user may not see."""
    found = Call.objects.visible_to(staff_user(request)).filter(pk=parse_id(call_id)).first()
    if found is None:
        raise ApiError(404, "not_found", "No such call")
    return found


def parse_id(text: str) -> uuid.UUID:
    """Text as a UUID; 404 for text that is none, since no row has such an id."""
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise ApiError(404, "not_found", "No such id") from error


def refusal_error(refusal: Refusal) -> ApiError:
    """The gate's refusal as an error: 503 when only lines are missing, else 409."""
    blocked, reasons = blocks_json(refusal.blocked), reason_list(refusal.blocked)
    if refusal.at_capacity:
        return ApiError(503, "at_capacity", reasons, blocked=blocked)
    return ApiError(409, "blocked", reasons, blocked=blocked)


def raise_carrier_failure(placed: Call) -> None:
    """Raise 502 when the carrier refused the call, 504 when it did not answer."""
    if placed.status == CallStatus.FAILED:
        raise ApiError(
            502, "carrier_refused", placed.error_message, call=str(placed.pk), carrier_code=placed.error_code
        )
    if placed.status == CallStatus.DIALING and placed.error_code:
        message = "The carrier did not answer; the call may have been placed, and is being looked up"
        raise ApiError(504, "carrier_silent", message, call=str(placed.pk), carrier_code=placed.error_code)
