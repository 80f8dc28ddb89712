"""Who may open the dashboard, and in whose zone it is shown."""

from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from leads.models import StaffProfile
from leads.staff_pages import StaffRequest, staff_page, viewer_zone, wants_rows_only


@staff_page
def page(request: StaffRequest) -> HttpResponse:
    """Tells the zone it is shown in."""
    return HttpResponse(timezone.get_current_timezone_name())


def request_of(user: User | AnonymousUser) -> HttpRequest:
    """A GET of that user."""
    request = RequestFactory().get("/leads/?stage=new")
    request.user = user
    return request


def test_a_visitor_is_sent_to_the_login_page_and_back() -> None:
    answer = page(request_of(AnonymousUser()))
    assert (answer.status_code, answer["Location"]) == (302, "/login/?next=/leads/%3Fstage%3Dnew")


def test_who_is_not_staff_is_refused(zoe: User) -> None:
    with pytest.raises(PermissionDenied):
        page(request_of(zoe))


def test_staff_see_the_page_in_their_own_zone_and_nobody_else_does(omar: User) -> None:
    StaffProfile.objects.filter(user=omar).update(timezone="Asia/Tokyo")
    before = timezone.get_current_timezone_name()
    assert page(request_of(omar)).content == b"Asia/Tokyo"
    assert timezone.get_current_timezone_name() == before


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd"])
def test_without_a_usable_zone_it_is_the_brokerages(omar: User, name: str) -> None:
    StaffProfile.objects.filter(user=omar).update(timezone=name)
    assert viewer_zone(omar) == ZoneInfo(timezone.get_default_timezone_name())


def test_without_a_profile_it_is_the_brokerages(zoe: User) -> None:
    assert viewer_zone(zoe) == ZoneInfo(timezone.get_default_timezone_name())


@pytest.mark.parametrize(
    ("headers", "rows_only"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_htmx_gets_the_rows_alone_unless_it_restores_its_history(headers: dict[str, str], rows_only: bool) -> None:
    assert wants_rows_only(RequestFactory().get("/leads/", headers=headers)) is rows_only
