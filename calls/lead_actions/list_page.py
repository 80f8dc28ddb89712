"""The list of leads, the dashboard's first page. It is above `leads` because it shows each lead's last call."""

from django.http import HttpResponse
from django.shortcuts import render

from calls.lead_actions.last_calls import last_calls
from leads.pipeline.pages import due_list_context
from leads.staff_pages import StaffRequest, staff_page, wants_rows_only


@staff_page
def lead_list(request: StaffRequest) -> HttpResponse:
    """Leads by due date, searched and filtered, each with its last call; htmx asks for the rows alone."""
    context = due_list_context(request)
    context["last_calls"] = last_calls(lead.pk for lead in context["page"])
    template = "leads/list.html#results" if wants_rows_only(request) else "leads/list.html"
    response = render(request, template, context)
    response["Vary"] = "HX-Request"
    return response
