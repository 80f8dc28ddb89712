"""Access to the dashboard: staff only, and each page in the viewer's time zone."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from leads.models import StaffProfile, zone_of


class StaffRequest(HttpRequest):
    """A request of a signed-in member of staff."""

    user: User


def staff_page[**P](
    view: Callable[Concatenate[StaffRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Guard a view: visitors get the login page, users who are not staff a 403. Times are in the viewer's zone."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not user.is_staff:
            raise PermissionDenied
        with timezone.override(viewer_zone(user)):
            return view(request, *args, **kwargs)  # type: ignore[arg-type]  # now known to be a StaffRequest

    return guarded


def wants_rows_only(request: HttpRequest) -> bool:
    """Whether htmx asks for the rows alone; when it restores its history it needs the whole page."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def signed_in_user(request: HttpRequest) -> User:
    """The user of a request that came through a login, as the admin's do; a 403 for anybody else."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def viewer_zone(user: User) -> ZoneInfo:
    """The zone of the user's profile; the brokerage's when there is none or it is not an IANA name."""
    return zone_of(StaffProfile.objects.filter(user=user).values_list("timezone", flat=True).first())
