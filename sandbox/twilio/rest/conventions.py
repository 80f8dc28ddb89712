"""What all resources of the REST API share: credentials, form bodies, pages of lists."""

import base64
import binascii
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.config import Config
from sandbox.twilio.call.resource import API_VERSION
from sandbox.twilio.rest_errors import RestError, not_found
from sandbox.twilio.switch import Switch

type Handler = Callable[[Request], Awaitable[Response]]

LARGEST_PAGE = 1000
ACCOUNT = f"/{API_VERSION}/Accounts/{{account}}"


def guarded(switch: Switch, handler: Handler) -> Handler:
    """Checks the credentials before anything else; errors get Twilio's body."""

    async def serve(request: Request) -> Response:
        try:
            _authenticate(request, switch.services.config, optional=handler.__name__ == "media")
            return await handler(request)
        except RestError as error:
            return error.response()

    return serve


def _authenticate(request: Request, config: Config, *, optional: bool) -> None:
    """Account SID and token, or an API key and its secret. Media may be fetched without, as is Twilio's default."""
    header = request.headers.get("authorization", "")
    if optional and not header:
        return
    scheme, _, encoded = header.partition(" ")
    try:
        user, _, password = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        user = password = ""
    accepted = [(config.account_sid, config.auth_token), (config.api_key, config.api_secret)]
    good = [name for name, secret in accepted if name and name == user and secrets.compare_digest(secret, password)]
    if scheme.lower() != "basic" or not good:
        raise RestError(401, 20003, "Authenticate")
    if request.path_params["account"] != config.account_sid:
        raise not_found(request.url.path)


def owned_numbers(config: Config) -> frozenset[str]:
    """The account's numbers; empty accepts any."""
    return frozenset(number.strip() for number in config.owned_numbers.split(",") if number.strip())


async def form_of(request: Request) -> dict[str, list[str]]:
    form = await request.form()
    return {key: [value for value in form.getlist(key) if isinstance(value, str)] for key in form}


def page_of(request: Request, name: str, records: list[dict[str, Any]]) -> Response:
    """One page of a list, with the addresses of its neighbors."""
    try:
        size = max(1, int(request.query_params.get("PageSize", 50)))
        page = max(0, int(request.query_params.get("Page", 0)))
    except ValueError as error:
        raise RestError(400, 20001, "Page and PageSize are numbers") from error
    if size > LARGEST_PAGE:
        raise RestError(400, 20007, f"Page size must be no larger than {LARGEST_PAGE}")
    shown = records[page * size : (page + 1) * size]
    more = len(records) > (page + 1) * size
    body = {
        name: shown,
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": max(0, page * size + len(shown) - 1),
        "uri": _page_uri(request, page, size),
        "first_page_uri": _page_uri(request, 0, size),
        "previous_page_uri": _page_uri(request, page - 1, size) if page else None,
        "next_page_uri": _page_uri(request, page + 1, size) if more else None,
    }
    return JSONResponse(body)


def _page_uri(request: Request, page: int, size: int) -> str:
    url = request.url.include_query_params(Page=page, PageSize=size)
    return f"{url.path}?{url.query}"
