"""The due list as a page: the filter read from the request, and what the list shows of the CRM.

The view is in the app above, which adds what it knows about each lead.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from leads.models import Lead
from leads.pipeline.due_list import LeadFilter, lead_page, owners
from leads.staff_pages import StaffRequest


def front_page(request: HttpRequest) -> HttpResponse:
    """Send the visitor to the due list, with which the dashboard begins."""
    return redirect("lead_list")


def due_list_context(request: StaffRequest) -> dict[str, Any]:
    """What `leads/list.html` shows of the CRM: one page of leads, the filter, and the filter's choices."""
    wanted = _filter(request)
    return {
        "page": lead_page(request.user, wanted, request.GET.get("page", 1)),
        "wanted": wanted,
        "stages": Lead.Stage.choices,
        "intents": Lead.Intent.choices,
        "owners": owners(),
        "query": _query_without_page(request),
    }


def _filter(request: HttpRequest) -> LeadFilter:
    given = {name: request.GET.get(name, "") for name in ("search", "stage", "intent", "owner")}
    return LeadFilter(**{name: text.replace("\0", "").strip()[:80] for name, text in given.items()})


def _query_without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    for name in [name for name, value in query.items() if not value]:
        del query[name]
    return query.urlencode()
