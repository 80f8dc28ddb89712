"""Pages of calls: the list, one call (live, then its record), and its recording."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from calls.call_flows.warm_transfer import take_over
from calls.dashboard.call_view import call_view
from calls.lifecycle.placing import end_call
from calls.models import Call, CallStatus, CallType, Recording
from calls.providers import ProviderError
from calls.recordings.byte_ranges import ranged_response
from leads.staff_pages import StaffRequest, staff_page, wants_rows_only

PAGE_SIZE = 25
FORMER_STATUSES = {"dialling": CallStatus.DIALING.value}  # in bookmarks of version 0.1


@staff_page
def call_list(request: StaffRequest) -> HttpResponse:
    """The newest calls the user may see, filtered by type and status."""
    calls = Call.objects.visible_to(request.user)
    wanted = {name: request.GET.get(name, "").replace("\0", "") for name in ("type", "status")}
    wanted["status"] = FORMER_STATUSES.get(wanted["status"], wanted["status"])
    calls = calls.filter(**{name: value for name, value in wanted.items() if value})
    page = Paginator(calls, PAGE_SIZE).get_page(request.GET.get("page", 1))
    context = {
        "page": page,
        "wanted": wanted,
        "types": CallType.choices,
        "statuses": CallStatus.choices,
        "any_live": any(call.is_live for call in page),
        "query": "&".join(f"{name}={value}" for name, value in wanted.items() if value),
    }
    part = "calls/list.html#results" if wants_rows_only(request) else "calls/list.html"
    response = render(request, part, context)
    response["Vary"] = "HX-Request"
    return response


@staff_page
def call_detail(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """One call: live while it lasts, then the record of it."""
    call = get_object_or_404(Call.objects.visible_to(request.user), pk=pk)
    return render(request, "calls/detail.html", {"view": call_view(call), "call": call, "lead": call.lead})


@require_POST
@staff_page
def call_end(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """End the call. The page shows the end when the carrier reports it."""
    call = get_object_or_404(Call.objects.visible_to(request.user), pk=pk)
    try:
        if not end_call(call):
            messages.info(request, "The call had already ended.")
    except ProviderError:
        messages.error(request, "The carrier did not take the request. Try again, or hang up the phone.")
    return redirect(call)


@require_POST
@staff_page
def call_take_over(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Ring the user's phone and put the lead through; the AI talks on when they do not take the call."""
    call = get_object_or_404(Call.objects.visible_to(request.user), pk=pk)
    try:
        if refusal := take_over(call, request.user):
            messages.error(request, f"Not taken over. {refusal}")
        else:
            messages.success(request, "Your phone rings. Press 1 to take the call.")
    except ProviderError:
        messages.error(request, "The carrier did not take the request. The AI goes on.")
    return redirect(call)


@require_safe
@staff_page
def recording_audio(request: StaffRequest, pk: int) -> HttpResponse:
    """The audio of a recording, in parts when the player asks for a range; 404 unless the user may see its call."""
    recording = get_object_or_404(Recording, pk=pk, call__in=Call.objects.visible_to(request.user))
    if recording.status != Recording.Status.STORED or not recording.file:
        raise Http404
    return ranged_response(recording.file, range_header=request.headers.get("Range", ""))
