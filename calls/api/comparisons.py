"""Comparisons over the JSON API: start one, read its table."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from calls.api import idempotency
from calls.api.auth import staff_user
from calls.api.calls import ERRORS, REPEATABLE, parse_id, refusal_error, visible_lead
from calls.api.errors import ApiError
from calls.api.schemas import BlockedOut, Compare, ErrorOut
from calls.comparison import runs
from calls.compliance.own_lines import personas
from calls.lifecycle.placing import Refusal
from calls.models import CallType, Comparison

router = Router(tags=["comparisons"])


@router.post(
    "/comparisons",
    response={201: dict[str, Any], **ERRORS, **REPEATABLE, 409: BlockedOut | ErrorOut, 503: BlockedOut},
    summary="Call a lead in several ways, side by side",
    openapi_extra={"parameters": [idempotency.OPENAPI]},
)
@idempotency.once_per_key
def start(request: HttpRequest, payload: Compare) -> Any:
    """Places one test call per type. Calls wait for each other where they need the same line."""
    lead = visible_lead(request, str(payload.lead_id))
    if payload.persona and payload.persona not in personas():
        raise ApiError(
            400, "unknown_persona", f"No test line for that persona; there are: {', '.join(personas()) or 'none'}"
        )
    started = runs.start_comparison(
        lead=lead,
        types=[CallType(name) for name in dict.fromkeys(payload.types)],
        agent_mode=payload.agent_mode,
        persona=payload.persona,
        placed_by=staff_user(request),
    )
    if isinstance(started, Refusal):
        raise refusal_error(started)
    return Status(201, runs.table(started))


@router.get("/comparisons/{comparison_id}", response={200: dict[str, Any], **ERRORS}, summary="The table")
def read(request: HttpRequest, comparison_id: str) -> Any:
    """Per call: status, turns, latency, tools, appointment, recording, cost, fallbacks.

    A recording's `url` is its sound, for a browser in which a member of staff who may see the lead is signed in.
    """
    found = Comparison.objects.visible_to(staff_user(request)).filter(pk=parse_id(comparison_id)).first()
    if found is None:
        raise ApiError(404, "not_found", "No such comparison")
    return runs.table(found)
