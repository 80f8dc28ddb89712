"""Serves the pages and their files: plain HTML, one stylesheet, ES modules; nothing is loaded from another host."""

import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".html": "text/html"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; media-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SECURITY = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "microphone=(self), camera=(), geolocation=()",
}


def file(name: str, request: Request) -> Response:
    """One of our files; the browser asks each time and gets a 304 when it has it already."""
    path = _FOLDER / name
    if path.suffix not in _TYPES or path.parent != _FOLDER or not path.is_file():
        return PlainTextResponse("no such file", 404)
    return _fresh(path.read_bytes(), _TYPES[path.suffix], request)


def _fresh(body: bytes, media_type: str, request: Request) -> Response:
    tag = f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"'
    headers = _SECURITY | {"etag": tag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def news(body: object, request: Request) -> Response:
    """JSON that is polled: 304 while nothing has changed."""
    return _fresh(bytes(JSONResponse(body).body), "application/json", request)


def routes() -> list[BaseRoute]:
    async def static(request: Request) -> Response:
        return file(request.path_params["name"], request)

    async def inspector(request: Request) -> Response:
        return file("calls.html", request)

    async def call(request: Request) -> Response:
        return file("call.html", request)

    async def phone(request: Request) -> Response:
        return file("phone.html", request)

    return [
        Route("/sandbox/", inspector),
        Route("/sandbox/calls/{sid}", call),
        Route("/sandbox/phone", phone),
        Route("/sandbox/static/{name}", static),
    ]
