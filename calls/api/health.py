"""The health page, for load balancers and monitors: no login, and never cached."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from calls.operations.health import health_report
from calls.operations.own_address import as_it_arrived


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 when every part is up; 503 when one is down, which the report names, or while this process is draining."""
    report = health_report() | {"seen": as_it_arrived(request)}
    return JsonResponse(report, status=200 if report["status"] == "ok" else 503)
