"""Pages of comparisons: the list, and one comparison with its calls side by side and a verdict."""

import uuid

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from calls.comparison.view import comparison_view
from calls.models import Call, Comparison
from leads.staff_pages import StaffRequest, staff_page, wants_rows_only

PAGE_SIZE = 20


@staff_page
def comparison_list(request: StaffRequest) -> HttpResponse:
    """The comparisons with leads the user may see, newest first; htmx asks for the rows alone."""
    in_order = Prefetch("calls", Call.objects.order_by("queued_at", "pk"))
    comparisons = Comparison.objects.visible_to(request.user).prefetch_related(in_order)
    page = Paginator(comparisons, PAGE_SIZE).get_page(request.GET.get("page", 1))
    part = "calls/comparisons.html#results" if wants_rows_only(request) else "calls/comparisons.html"
    response = render(request, part, {"page": page})
    response["Vary"] = "HX-Request"
    return response


@staff_page
def comparison_detail(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """One comparison: which type of call to use, the figures, and each call."""
    comparison = get_object_or_404(Comparison.objects.visible_to(request.user), pk=pk)
    return render(request, "calls/comparison.html", {"comparison": comparison, "view": comparison_view(comparison)})
