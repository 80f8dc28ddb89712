"""Suppressed phone numbers in the back office: added by hand, never deleted."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from leads.admin.lookups import LONGEST_VALUE
from leads.admin.office import OfficeAdmin, OfficeForm
from leads.admin.phones import WRITTEN_PHONES
from leads.models import Activity, Lead, Suppression
from leads.phone_numbers import searched_number
from leads.staff_pages import signed_in_user
from leads.timeline.activities import record_activity


class SuppressionForm(OfficeForm):
    """A number, without an extension: nobody behind it is called."""

    def clean_phone(self) -> Any:
        """Refuse an extension, in words: dropping it would not do what it seems to."""
        number = self.cleaned_data["phone"]
        if number and number.extension:
            raise ValidationError("The whole number is put on the list: leave the extension out.")
        return number


@admin.register(Suppression)
class SuppressionAdmin(OfficeAdmin):
    """Numbers nobody may call. Kept forever: at least five years by law (16 CFR 310.5)."""

    form = SuppressionForm
    formfield_overrides = WRITTEN_PHONES
    list_display = ["phone", "scope", "reason", "requested_at"]
    list_filter = ["scope", "reason"]
    search_fields = ["phone"]
    search_help_text = "A phone number, whole or in part, however it is written"
    date_hierarchy = "requested_at"
    readonly_fields = ["call_id", "requested_at"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Suppression], search_term: str
    ) -> tuple[QuerySet[Suppression], bool]:
        """Find a number however it is written."""
        number = searched_number(search_term[:LONGEST_VALUE])
        return super().get_search_results(request, queryset, number.digits if number else search_term)

    def save_model(self, request: HttpRequest, obj: Suppression, form: Any, change: bool) -> None:
        """Save, and write a new wish to the timeline of whom it concerns, as one from a call is."""
        super().save_model(request, obj, form, change)
        if change:
            return
        summary = f"Never call again: {obj.get_reason_display().lower()}, {obj.get_scope_display().lower()}"
        for lead in Lead.objects.filter(phone=obj.phone):
            record_activity(lead.pk, Activity.Kind.OPT_OUT, summary, actor=signed_in_user(request))

    def has_delete_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        """Nobody deletes a request not to be called."""
        return False
