"""The back office as a site: in the viewer's zone, and without the names of rows one may no longer see."""

from datetime import UTC, datetime

from django.contrib import admin
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from leads.models import Lead, StaffProfile
from leads.office_site import OfficeSite
from tests.people import make_lead

NOON_IN_UTC = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_the_back_office_is_this_site() -> None:
    assert isinstance(admin.site._wrapped, OfficeSite)  # type: ignore[attr-defined]


def test_times_are_those_of_the_viewers_zone_on_every_page(client: Client, omar: User) -> None:
    lead = make_lead(owner=omar, captured_at=NOON_IN_UTC)
    omar.user_permissions.set(Permission.objects.filter(content_type__app_label="leads"))
    client.force_login(omar)
    for zone, hour in (("America/Denver", "5 a.m."), ("America/New_York", "7 a.m."), ("Nowhere/Land", "6 a.m.")):
        StaffProfile.objects.filter(user=omar).update(timezone=zone)
        assert hour in client.get(reverse("admin:leads_lead_changelist")).content.decode(), zone
    StaffProfile.objects.filter(user=omar).update(timezone="America/Denver")
    assert 'value="05:00:00"' in client.get(reverse("admin:leads_lead_change", args=[lead.pk])).content.decode()
    assert timezone.get_current_timezone_name() == "America/Chicago"


def test_a_log_entry_is_named_as_long_as_its_row_is_seen(omar: User, bob: User) -> None:
    omar.user_permissions.set(Permission.objects.all())
    content_type = ContentType.objects.get_for_model(Lead)
    for owner in (omar, bob):
        lead = make_lead(owner=owner)
        LogEntry.objects.create(
            user=omar,
            content_type=content_type,
            object_id=str(lead.pk),
            object_repr=owner.username,
            action_flag=ADDITION,
        )
    LogEntry.objects.create(user=omar, content_type=None, object_id=None, object_repr="gone", action_flag=ADDITION)
    request = RequestFactory().get("/")
    request.user = omar
    site = admin.site._wrapped  # type: ignore[attr-defined]
    assert [entry.object_repr for entry in site.get_log_entries(request)] == ["omar"]
