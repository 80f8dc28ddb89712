"""The due list, the dashboard's first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from leads.models import Lead
from leads.pipeline.due_list import LeadFilter, last_calls, lead_page, owners
from leads.staff_pages import StaffRequest, staff_page


def home(request: HttpRequest) -> HttpResponse:
    """The dashboard begins with the due list."""
    return redirect("lead_list")


@staff_page
def lead_list(request: StaffRequest) -> HttpResponse:
    """Leads by due date, searched and filtered; htmx asks for the rows alone."""
    wanted = _filter(request)
    page = lead_page(request.user, wanted, request.GET.get("page", 1))
    context = {
        "page": page,
        "wanted": wanted,
        "last_calls": last_calls(lead.pk for lead in page),
        "stages": Lead.Stage.choices,
        "intents": Lead.Intent.choices,
        "owners": owners(),
        "query": _query_without_page(request),
    }
    response = render(request, "leads/list.html#results" if _wants_part(request) else "leads/list.html", context)
    response["Vary"] = "HX-Request"
    return response


def _filter(request: HttpRequest) -> LeadFilter:
    given = {name: request.GET.get(name, "") for name in ("search", "stage", "intent", "owner")}
    return LeadFilter(**{name: text.replace("\0", "").strip()[:80] for name, text in given.items()})


def _wants_part(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def _query_without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    for name in [name for name, value in query.items() if not value]:
        del query[name]
    return query.urlencode()
