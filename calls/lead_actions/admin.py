"""The admin of leads, with what calls add: their last calls, and actions that place calls."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import ActionLocation
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.html import format_html

from calls.compliance.gate import reason_list
from calls.lifecycle.placing import Refusal, request_call
from calls.models import Call, CallStatus, CallType
from leads.admin import LeadAdmin
from leads.models import Lead
from leads.staff_pages import signed_in_user

LAST_CALLS = 8
MOST_AT_ONCE = 10  # each is a request to the carrier, which takes about one call a second
EVERYWHERE = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]


class LastCallsFormSet(BaseInlineFormSet[Call, Lead, Any]):
    """The newest calls of a lead, who may have dozens."""

    def get_queryset(self) -> QuerySet[Call]:
        return super().get_queryset()[:LAST_CALLS]


class LastCalls(admin.TabularInline[Call, Lead]):
    """The lead's last calls, newest first."""

    model = Call
    formset = LastCallsFormSet
    verbose_name_plural = "last calls"
    extra = 0
    can_delete = False
    show_change_link = True
    ordering = ("-queued_at",)
    fields = readonly_fields = ("queued_at", "type", "status", "outcome", "duration_seconds", "placed_by", "summary")

    def has_add_permission(self, request: HttpRequest, obj: Lead | None = None) -> bool:
        """Calls are placed, not entered."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Lead | None = None) -> bool:
        """The record of a call is not edited."""
        return False


class CallableLeadAdmin(LeadAdmin):
    """Leads, with actions that call them."""

    inlines = [*LeadAdmin.inlines, LastCalls]
    actions = ("call_regular", "call_conversational", "call_realtime")

    @admin.action(description="Call: regular", permissions=["change"], location=EVERYWHERE)
    def call_regular(self, request: HttpRequest, queryset: QuerySet[Lead]) -> None:
        """Ring me, then connect me to the lead."""
        self._call(request, queryset, CallType.REGULAR)

    @admin.action(description="Call: conversational", permissions=["change"], location=EVERYWHERE)
    def call_conversational(self, request: HttpRequest, queryset: QuerySet[Lead]) -> None:
        """Let the AI call, turn by turn."""
        self._call(request, queryset, CallType.CONVERSATIONAL)

    @admin.action(description="Call: realtime", permissions=["change"], location=EVERYWHERE)
    def call_realtime(self, request: HttpRequest, queryset: QuerySet[Lead]) -> None:
        """Let the AI call, voice to voice."""
        self._call(request, queryset, CallType.REALTIME)

    def _call(self, request: HttpRequest, leads: QuerySet[Lead], type_: CallType) -> None:
        chosen = list(leads[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            self.message_user(request, f"At most {MOST_AT_ONCE} leads at once; nobody was called.", messages.ERROR)
            return
        for lead in chosen:
            placed = request_call(lead=lead, type=type_, placed_by=signed_in_user(request))
            self.message_user(request, *result_message(lead, placed))


def result_message(lead: Lead, placed: Call | Refusal) -> tuple[str, int]:
    """The message that tells how placing the call went, and its level."""
    if isinstance(placed, Refusal):
        return f"{lead}: not called. {reason_list(placed.blocked)}.", messages.WARNING
    if placed.status == CallStatus.FAILED:
        return f"{lead}: not called. {placed.error_message}", messages.ERROR
    kind = placed.get_type_display().lower()
    return format_html('{}: <a href="{}">{} call</a> placed.', lead, placed.get_absolute_url(), kind), messages.SUCCESS


admin.site.unregister(Lead)
admin.site.register(Lead, CallableLeadAdmin)
