"""Suppressed phone numbers in the back office: added by hand, never deleted."""

from django.contrib import admin
from django.http import HttpRequest

from leads.admin.office import OfficeAdmin
from leads.models import Suppression


@admin.register(Suppression)
class SuppressionAdmin(OfficeAdmin):
    """Numbers nobody may call. Kept forever: at least five years by law (16 CFR 310.5)."""

    list_display = ["phone", "scope", "reason", "requested_at"]
    list_filter = ["scope", "reason"]
    search_fields = ["phone"]
    date_hierarchy = "requested_at"
    readonly_fields = ["call_id", "requested_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        """Nobody deletes a request not to be called."""
        return False
