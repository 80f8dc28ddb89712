"""The timeline of a lead in the back office: read only, because it is append only."""

from django.contrib import admin
from django.http import HttpRequest

from leads.models import Activity, Lead


class TimelineInline(admin.TabularInline[Activity, Lead]):
    """What happened, newest first. Append only."""

    model = Activity
    verbose_name_plural = "timeline"
    extra = 0
    can_delete = False
    fields = readonly_fields = ("occurred_at", "kind", "summary", "actor", "by_ai")

    def has_add_permission(self, request: HttpRequest, obj: Lead | None = None) -> bool:
        """Nobody adds a line by hand: services write them as things happen."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Lead | None = None) -> bool:
        """Nobody edits a line afterwards."""
        return False
