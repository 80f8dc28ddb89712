"""Leads in the back office, with everything about them on one page."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest

from leads.admin.activity import TimelineInline
from leads.admin.appointment import AppointmentInline
from leads.admin.lookups import LONGEST_VALUE, StaffFilter
from leads.admin.office import OfficeAdmin
from leads.admin.phones import WRITTEN_PHONES, PhoneForm
from leads.admin.preferences import BuyerPreferencesInline, SellerPropertyInline
from leads.models import Activity, BuyerPreferences, Lead, SellerProperty, display_name
from leads.phone_numbers import searched_number
from leads.pipeline.due_list import behind_extension
from leads.templatetags.figures import phone
from leads.timeline.activities import record_activity

NOTED = {
    BuyerPreferences: (Activity.Kind.PREFERENCES, "Wishes"),
    SellerProperty: (Activity.Kind.SELLER_DETAILS, "Home to sell"),
}


class LeadAdmin(OfficeAdmin):
    """Leads. An app that extends it (inlines, actions) registers its extension in place of this one."""

    form = PhoneForm
    formfield_overrides = WRITTEN_PHONES
    list_display = [
        "full_name",
        "written_phone",
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

    @admin.display(description="phone", ordering="phone")
    def written_phone(self, lead: Lead) -> str:
        """The number as people write it, with its extension."""
        return phone(lead.phone, lead.phone_extension) or "—"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The fields; who may only look sees the extension with the number."""
        if self.has_change_permission(request, obj):
            return self.fieldsets
        return [(name, options | {"fields": _only_shown(options["fields"])}) for name, options in self.fieldsets]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What nobody types."""
        return [*self.readonly_fields, "written_phone"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lead]:
        """Agents see their own and the unowned leads, managers all."""
        visible = Lead.objects.visible_to(request.user) if isinstance(request.user, User) else Lead.objects.none()
        return super().get_queryset(request) & visible

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Lead], search_term: str
    ) -> tuple[QuerySet[Lead], bool]:
        """Search as usual, and find a phone number however it is written."""
        number = searched_number(search_term[:LONGEST_VALUE])
        if number is None:
            return super().get_search_results(request, queryset, search_term)
        found, duplicates = super().get_search_results(request, queryset, number.digits)
        return behind_extension(found, number.extension), duplicates

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save the rows of an inline, and record on the timeline what was noted by hand."""
        super().save_formset(request, form, formset, change)
        kind, what = NOTED.get(formset.model, (None, ""))
        if kind and (fields := _changed_fields(formset)):
            actor = request.user if isinstance(request.user, User) else None
            record_activity(form.instance.pk, kind, f"{what} noted by hand: {fields}", actor=actor)

    def save_model(self, request: HttpRequest, obj: Lead, form: forms.ModelForm[Lead], change: bool) -> None:
        """Save, and record changes of stage and owner on the timeline."""
        super().save_model(request, obj, form, change)
        actor = request.user if isinstance(request.user, User) else None
        if "stage" in form.changed_data and change:
            record_activity(obj.pk, Activity.Kind.STAGE, f"Stage: {obj.get_stage_display()}", actor=actor)
        if "owner" in form.changed_data:
            owner = display_name(obj.owner) if obj.owner else "nobody"
            record_activity(obj.pk, Activity.Kind.ASSIGNMENT, f"Given to {owner}", actor=actor)


def _changed_fields(formset: Any) -> str:
    """The fields that were changed in these rows, in words."""
    changed = {name for form in formset.forms for name in form.changed_data}
    return ", ".join(sorted(name.replace("_", " ") for name in changed - {"id", "lead"}))


def _only_shown(fields: Any) -> Any:
    """These fields with the number as it is written in the place of the field that takes it."""
    if isinstance(fields, list | tuple):
        return tuple(_only_shown(each) for each in fields)
    return "written_phone" if fields == "phone" else fields


admin.site.register(Lead, LeadAdmin)
