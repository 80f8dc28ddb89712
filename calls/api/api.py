"""The JSON API below /api/: its routers, its OpenAPI description, and the page that shows it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI

from calls.api import calls, comparisons
from calls.api.auth import Session, Token
from calls.api.errors import error_response, install_error_handlers
from calls.api.unknown_names import known_names_only

DESCRIPTION = "Place calls to leads in three ways, follow them, and compare them side by side."

api = NinjaAPI(
    title="Ringside",
    version="1",
    description=DESCRIPTION,
    auth=[Token(), Session()],
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
install_error_handlers(api)
api.add_decorator(known_names_only)
api.add_router("", calls.router)
api.add_router("", comparisons.router)


def schema() -> dict[str, Any]:
    """The OpenAPI description, generated from the code."""
    return dict(api.get_openapi_schema(path_prefix="/api/"))


def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description as JSON, for tools."""
    return JsonResponse(schema())


def docs(request: HttpRequest) -> HttpResponse:
    """The description as a page, made here: the usual viewers load scripts from elsewhere, which our CSP refuses."""
    description = schema()
    context = {
        "operations": list(_operations(description)),
        "shapes": list(_shapes(description)),
        "openapi_url": reverse("openapi"),
        "description": DESCRIPTION,
    }
    return render(request, "calls/api_docs.html", context)


@csrf_exempt
def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """A 404 in JSON for every other address below /api/."""
    return error_response(404, "not_found", "No such address in this API")


def _operations(description: dict[str, Any]) -> Any:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield {
                "method": method.upper(),
                "path": path,
                "summary": operation.get("summary", ""),
                "description": operation.get("description", ""),
                "parameters": operation.get("parameters", []),
                "body": _reference(operation.get("requestBody", {})),
                "responses": [
                    {"status": status, "schema": _reference(response)}
                    for status, response in operation["responses"].items()
                ],
            }


def _shapes(description: dict[str, Any]) -> Any:
    for name, shape in description["components"]["schemas"].items():
        required = shape.get("required", [])
        yield {
            "name": name,
            "description": shape.get("description", ""),
            "fields": [
                {
                    "name": field,
                    "required": field in required,
                    "type": _type(about),
                    "description": about.get("description", ""),
                }
                for field, about in shape.get("properties", {}).items()
            ],
        }


def _type(about: dict[str, Any]) -> str:
    """A field's type in words: its name, its choices, or its schema."""
    if "enum" in about:
        return " | ".join(str(value) for value in about["enum"])
    if "anyOf" in about:
        return " or ".join(_type(one) for one in about["anyOf"])
    if "$ref" in about:
        return str(about["$ref"]).rpartition("/")[2]
    if about.get("type") == "array":
        return f"list of {_type(about.get('items', {}))}"
    return str(about.get("format") or about.get("type") or "anything")


def _reference(part: dict[str, Any]) -> str:
    """The name of the schema a body or a response has."""
    media = part.get("content", {}).get("application/json", {}).get("schema", {})
    return str(media.get("$ref", "")).rpartition("/")[2]
