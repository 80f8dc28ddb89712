"""htmx: redirects that reach the whole page.

A browser follows a redirect by itself and hands htmx the page at its end, so a visitor whose session was over got the
login page put into a list. htmx obeys a header instead (https://htmx.org/headers/hx-redirect/).
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase

type View = Callable[[HttpRequest], HttpResponse]


def htmx_redirects(get_response: View) -> View:
    """Middleware: what would redirect a request of htmx, or of `page.js`, names the page to go to instead."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "HX-Request" not in request.headers or not isinstance(response, HttpResponseRedirectBase):
            return response
        told = HttpResponse(status=204, headers={"HX-Redirect": response.url})
        told.cookies = response.cookies
        return told

    return middleware
