"""The health page, for load balancers and monitors: no login, never cached, by any name and over plain http.

A balancer asks each process by its address inside the network, where the public host and TLS are not at hand. The page
holds nothing that depends on either, so it is answered before they are checked.
"""

from collections.abc import Callable

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


PATH = "/api/realtime/health"


class HealthMiddleware:
    """Answers the health page, whatever host was asked for and over http as over https."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The health page for its path, else what comes next."""
        return health(request) if request.path == PATH else self._get_response(request)
