"""Middleware by which no answer is kept by a browser or a proxy, unless its view says that it is public.

Pages, the API, recordings and the back office name people: on a shared computer the next one must not read them by
going back. It covers what is added later too, because silence means private.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase


class PrivatePages:
    """Adds `Cache-Control: no-store`. Rendered speech and files of the product say `public` themselves."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response, not to be stored."""
        response = self._get_response(request)
        said = {word.strip().lower() for word in response.headers.get("Cache-Control", "").split(",")}
        if "public" not in said and "no-store" not in said:
            response.headers["Cache-Control"] = "no-store, private"
        return response
