"""The back office as a site: its times are the viewer's, and what they did is named as long as they may see it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils import timezone

from leads.staff_pages import viewer_zone

RECENT = 50  # of the user's own entries; the page shows ten of those that are left


class OfficeSite(admin.AdminSite):
    """Django's admin site with the brokerage's manners."""

    site_header = site_title = "Ringside back office"

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Guard a page as the admin does, and show its times in the zone of who looks at it."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def in_zone(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            with timezone.override(_zone_of(request)):
                response = guarded(request, *args, **kwargs)
                # a page is rendered after its view, which would be outside
                return response.render() if isinstance(response, SimpleTemplateResponse) else response

        return in_zone

    def get_log_entries(self, request: HttpRequest) -> QuerySet[LogEntry]:
        """What the user did of late, without the names of rows that are no longer theirs to see."""
        mine = super().get_log_entries(request).filter(user=request.user.pk)
        newest = list(mine.values_list("pk", "content_type_id", "object_id")[:RECENT])
        seen = [pk for pk, content_type, key in newest if self._may_see(request, content_type, key)]
        return super().get_log_entries(request).filter(Q(pk__in=seen))

    def _may_see(self, request: HttpRequest, content_type: int | None, key: str | None) -> bool:
        """Whether the user's own list of that model would show the row."""
        entry = LogEntry(content_type_id=content_type)
        model = entry.content_type.model_class() if entry.content_type else None
        if model is None or key is None or not self.is_registered(model):
            return False
        return self.get_model_admin(model).get_object(request, key) is not None


def _zone_of(request: HttpRequest) -> Any:
    user = request.user
    return viewer_zone(user) if isinstance(user, User) else timezone.get_default_timezone()
