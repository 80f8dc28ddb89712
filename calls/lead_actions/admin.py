"""The admin of leads, with what calls add: their last calls, actions that place calls after a question, and erasing."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import ActionLocation
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.timezone import now

from calls.compliance.gate import reason_list
from calls.lead_actions.call_buttons import BLURBS, refusal
from calls.lead_actions.erasure import erase, why_not_erased
from calls.lifecycle.placing import Refusal, request_call
from calls.models import Call, CallStatus, CallType
from leads.admin import LeadAdmin
from leads.models import Lead, is_manager
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
    def call_regular(self, request: HttpRequest, queryset: QuerySet[Lead]) -> HttpResponse | None:
        """Ring me, then connect me to the lead."""
        return self._call(request, queryset, CallType.REGULAR)

    @admin.action(description="Call: conversational", permissions=["change"], location=EVERYWHERE)
    def call_conversational(self, request: HttpRequest, queryset: QuerySet[Lead]) -> HttpResponse | None:
        """Let the AI call, turn by turn."""
        return self._call(request, queryset, CallType.CONVERSATIONAL)

    @admin.action(description="Call: realtime", permissions=["change"], location=EVERYWHERE)
    def call_realtime(self, request: HttpRequest, queryset: QuerySet[Lead]) -> HttpResponse | None:
        """Let the AI call, voice to voice."""
        return self._call(request, queryset, CallType.REALTIME)

    def _call(self, request: HttpRequest, leads: QuerySet[Lead], type_: CallType) -> HttpResponse | None:
        """Ask, and when that was answered with yes, call."""
        chosen = list(leads[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            self.message_user(request, f"At most {MOST_AT_ONCE} leads at once; nobody was called.", messages.ERROR)
            return None
        if chosen and request.POST.get("confirmed") != "yes":
            return self._ask(request, chosen, type_)
        for lead in chosen:
            placed = request_call(lead=lead, type=type_, placed_by=signed_in_user(request))
            self.message_user(request, *result_message(lead, placed))
        return HttpResponseRedirect(chosen[0].get_absolute_url()) if len(chosen) == 1 else None

    def _ask(self, request: HttpRequest, leads: list[Lead], type_: CallType) -> HttpResponse:
        """The page that names who would be called, and who would not and why."""
        user = signed_in_user(request)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Call {len(leads)} leads now?" if len(leads) > 1 else f"Call {leads[0]} now?",
            "opts": self.opts,
            "type": type_,
            "blurb": BLURBS[type_],
            "calls": [(lead, refusal(lead, type_, user, now())) for lead in leads],
            "action": f"call_{type_}",
        }
        return TemplateResponse(request, "admin/leads/lead/call_confirmation.html", context)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Managers erase leads, as far as they may change them."""
        return is_manager(signed_in_user(request)) and self.has_change_permission(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What is erased: the leads; and which of them cannot be, because of a live call."""
        leads = list(objs)
        protected = [f"{lead}: {reason}" for lead in leads if (reason := why_not_erased(lead))]
        return [str(lead) for lead in leads], {self.opts.verbose_name_plural: len(leads)}, set(), protected

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Erase the lead: what is personal goes, the record of its calls and the suppression of its number stay."""
        erase(obj, by=signed_in_user(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Lead]) -> None:
        """Erase several."""
        for lead in queryset:
            erase(lead, by=signed_in_user(request))


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
