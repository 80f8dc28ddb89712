"""Errors of the JSON API, all in one shape: {"error": {"code", "message"}} and the fields of the case."""

import sys
from collections.abc import Callable
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import server_error as plain_server_error
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from calls.database.outage import is_outage

log = structlog.get_logger(__name__)

RETRY_AFTER = "5"  # seconds
API = "/api/"
CODES = {400: "bad_request", 401: "unauthenticated", 403: "forbidden", 404: "not_found", 405: "method_not_allowed"}


class ApiError(Exception):
    """An error to answer with. `extra` holds the fields that stand beside "error"."""

    def __init__(self, status: int, code: str, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.extra = status, code, message, extra


def error_response(status: int, code: str, message: str, **extra: Any) -> JsonResponse:
    """The error as a response."""
    return JsonResponse({"error": {"code": code, "message": message}, **extra}, status=status)


class ApiMiddleware:
    """Middleware below /api/ for what Django decides before our handlers.

    HEAD is GET without the body, a slash at the end of an address counts for nothing, and a 405 has the shape of every
    other error.
    """

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response, in the API's own manner."""
        if not request.path_info.startswith(API):
            return self._get_response(request)
        if len(request.path_info) > len(API):
            request.path_info = request.path_info.rstrip("/")
        only_head = request.method == "HEAD"
        if only_head:
            request.method = "GET"
        response = self._get_response(request)
        if response.status_code == 405:
            response = _not_allowed(response.headers.get("Allow", ""))
        return _without_body(response) if only_head else response


def _not_allowed(allowed: str) -> HttpResponse:
    methods = [method.strip() for method in allowed.split(",") if method.strip()]
    methods += ["HEAD"] * ("GET" in methods and "HEAD" not in methods)
    shaped = error_response(405, CODES[405], f"Not here; allowed: {', '.join(methods)}")
    shaped.headers["Allow"] = ", ".join(methods)
    return shaped


def _without_body(response: HttpResponse) -> HttpResponse:
    """Return the answer to HEAD: the headers GET would get, its length too."""
    if not response.streaming:
        response.headers["Content-Length"] = str(len(response.content))
        response.content = b""
    return response


def install_error_handlers(api: NinjaAPI) -> None:
    """Answer every failure in the one shape. Malformed input is 400: no JSON as well as the wrong JSON."""
    api.add_exception_handler(ApiError, _ours)
    api.add_exception_handler(AuthenticationError, _unauthenticated)
    api.add_exception_handler(HttpError, _http)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(RequestDataTooBig, _too_big)
    api.add_exception_handler(Exception, _unexpected)


def _ours(request: HttpRequest, error: ApiError | type[ApiError]) -> HttpResponse:
    assert isinstance(error, ApiError)  # noqa: S101 - ninja's stubs also allow the class
    return error_response(error.status, error.code, error.message, **error.extra)


def _unauthenticated(request: HttpRequest, error: Any) -> HttpResponse:
    response = error_response(401, CODES[401], "Log in, or send Authorization: Bearer <API token>")
    response["WWW-Authenticate"] = "Bearer"
    return response


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    return error_response(error.status_code, CODES.get(error.status_code, "error"), str(error))


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    return error_response(400, CODES[400], "; ".join(map(_problem, error.errors))[:500])


def _problem(error: dict[str, Any]) -> str:
    """Return what is wrong in words, after the field it is wrong with."""
    where = ".".join(str(part) for part in error["loc"][1:]).removeprefix("payload").removeprefix(".")
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {message}" if where else message


def _not_found(request: HttpRequest, error: Any) -> HttpResponse:
    return error_response(404, CODES[404], "No such thing, or not yours to see")


def _too_big(request: HttpRequest, error: Any) -> HttpResponse:
    return error_response(413, "too_big", "The body is larger than any request to this API needs to be")


def server_error(request: HttpRequest) -> HttpResponse:
    """The answer to a request that broke (`handler500`): 503 when only the database is away, in any part of it."""
    error = sys.exc_info()[1]
    if error is None or not is_outage(error):
        return plain_server_error(request)
    if request.path.startswith(("/api/", "/webhooks/")):
        return _away()
    page = "<h1>Back in a moment</h1><p>Our database does not answer right now. Please try again.</p>"
    return HttpResponse(page, status=503, headers={"Retry-After": RETRY_AFTER, "Cache-Control": "no-store"})


def _away() -> HttpResponse:
    response = error_response(503, "unavailable", "The database does not answer right now; try again in a moment")
    response["Retry-After"] = RETRY_AFTER
    return response


def _unexpected(request: HttpRequest, error: Any) -> HttpResponse:
    if is_outage(error):
        log.warning("API request refused, the database is away", path=request.path)
        return _away()
    log.error("API request failed", path=request.path, error=type(error).__name__, exc_info=error)
    return error_response(500, "internal", "Something went wrong here; it was logged")
