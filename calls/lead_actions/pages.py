"""A lead's page: facts, history, and the call buttons. It is above `leads` because it shows calls."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from calls.comparison.runs import start_comparison
from calls.compliance.gate import reason_sentences
from calls.lead_actions.call_buttons import call_buttons, compare_button, live_call
from calls.lifecycle.placing import Refusal, request_call
from calls.models import AgentMode, Call, CallType, Comparison
from leads.models import Lead
from leads.staff_pages import StaffRequest, staff_page, wants_rows_only

LAST_CALLS = 8
LAST_ACTIVITIES = 30


@staff_page
def lead_detail(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Facts, preferences, homes to sell, appointments, timeline and last calls; 404 for a lead the user may not see."""
    lead = get_object_or_404(
        Lead.objects.visible_to(request.user).select_related("owner", "inquiry_listing", "preferences"), pk=pk
    )
    context = {
        "lead": lead,
        "preferences": getattr(lead, "preferences", None),
        "homes": lead.seller_properties.all(),
        "appointments": lead.appointments.filter(is_test=False).select_related("agent", "listing"),
        "activities": lead.activities.select_related("actor")[:LAST_ACTIVITIES],
        "calls": lead.calls.select_related("placed_by")[:LAST_CALLS],
        "comparisons": lead.comparisons.all()[:3],
        "call_buttons": call_buttons(lead, request.user, now()),
        "compare_button": compare_button(lead, request.user, now()),
        "live_call": live_call(lead),
        "modes": AgentMode.choices,
        "only_news": wants_rows_only(request),
    }
    return render(request, "leads/detail.html", context)


@require_POST
@staff_page
def lead_call(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Place a call of the chosen type and go to its page; after a refusal, back to the lead's page with the reason."""
    lead = get_object_or_404(Lead.objects.visible_to(request.user), pk=pk)
    type_ = request.POST.get("type", "")
    if type_ not in CallType.values:
        return HttpResponseBadRequest("Unknown call type", content_type="text/plain")
    mode = request.POST.get("agent_mode", "auto")
    placed = request_call(lead=lead, type=CallType(type_), placed_by=request.user, agent_mode=mode)
    return _watch_or_tell(request, lead, placed)


@require_POST
@staff_page
def lead_compare(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Start a comparison of all three types, on test lines or with the lead, and go to its page."""
    lead = get_object_or_404(Lead.objects.visible_to(request.user), pk=pk)
    mode = request.POST.get("agent_mode", "auto")
    started = start_comparison(lead=lead, types=list(CallType), placed_by=request.user, agent_mode=mode)
    return _watch_or_tell(request, lead, started)


def _watch_or_tell(request: StaffRequest, lead: Lead, result: Call | Comparison | Refusal) -> HttpResponse:
    if isinstance(result, Refusal):
        messages.error(request, f"Not called. {reason_sentences(result.blocked)}")
        return redirect(lead)
    return redirect(result)
