"""Leads in the back office, with everything about them on one page."""

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest

from leads.admin.activity import TimelineInline
from leads.admin.appointment import AppointmentInline
from leads.admin.lookups import StaffFilter
from leads.admin.office import OfficeAdmin
from leads.admin.preferences import BuyerPreferencesInline, SellerPropertyInline
from leads.models import Activity, Lead, display_name
from leads.timeline.activities import record_activity


class LeadAdmin(OfficeAdmin):
    """Leads. An app that extends it (inlines, actions) registers its extension in place of this one."""

    list_display = [
        "full_name",
        "phone",
        "intent",
        "stage",
        "score",
        "source",
        "owner",
        "next_action_at",
        "captured_at",
    ]
    list_filter = [
        "stage",
        "intent",
        "source",
        "timeframe",
        ("owner", StaffFilter),
        ("archived_at", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["owner"]
    list_per_page = 50
    search_fields = ["first_name", "last_name", "email", "phone", "city", "postal_code"]
    search_help_text = "Name, e-mail, phone, city or postal code"
    date_hierarchy = "captured_at"
    show_full_result_count = False
    autocomplete_fields = ["inquiry_listing"]
    readonly_fields = [
        "first_attempt_at",
        "first_contact_at",
        "last_activity_at",
        "attempts",
        "created_at",
        "updated_at",
    ]
    inlines = [BuyerPreferencesInline, SellerPropertyInline, AppointmentInline, TimelineInline]
    fieldsets = [
        (None, {"fields": [("first_name", "last_name"), ("phone", "email"), ("language", "timezone")]}),
        ("What and how far", {"fields": [("intent", "timeframe"), ("stage", "lost_reason"), ("owner", "score")]}),
        ("Where from", {"fields": [("source", "source_detail"), "inquiry_listing", "captured_at"]}),
        ("Address", {"fields": ["address", ("city", "state", "postal_code")], "classes": ["collapse"]}),
        ("Follow-up", {"fields": ["next_action_at", ("attempts", "first_attempt_at", "first_contact_at")]}),
        ("Record", {"fields": ["archived_at", ("created_at", "updated_at", "last_activity_at")]}),
    ]

    @admin.display(description="name", ordering="last_name")
    def full_name(self, lead: Lead) -> str:
        """First and last name."""
        return lead.full_name or "—"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lead]:
        """Agents see their own and the unowned leads, managers all."""
        visible = Lead.objects.visible_to(request.user) if isinstance(request.user, User) else Lead.objects.none()
        return super().get_queryset(request) & visible

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Lead], search_term: str
    ) -> tuple[QuerySet[Lead], bool]:
        """Search as usual, and find a phone number however it is written."""
        return super().get_search_results(request, queryset, _as_stored(search_term))

    def save_model(self, request: HttpRequest, obj: Lead, form: forms.ModelForm[Lead], change: bool) -> None:
        """Save, and record changes of stage and owner on the timeline."""
        super().save_model(request, obj, form, change)
        actor = request.user if isinstance(request.user, User) else None
        if "stage" in form.changed_data and change:
            record_activity(obj.pk, Activity.Kind.STAGE, f"Stage: {obj.get_stage_display()}", actor=actor)
        if "owner" in form.changed_data:
            owner = display_name(obj.owner) if obj.owner else "nobody"
            record_activity(obj.pk, Activity.Kind.ASSIGNMENT, f"Given to {owner}", actor=actor)


def _as_stored(search: str) -> str:
    """ "(512) 555-0100" as "5125550100"; words stay words."""
    digits = "".join(letter for letter in search if letter.isdigit())
    written_as_number = all(letter.isdigit() or letter in " ()-.+/" for letter in search)
    return digits if written_as_number and len(digits) >= 4 else search


admin.site.register(Lead, LeadAdmin)
