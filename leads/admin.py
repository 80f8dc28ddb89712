"""The back office: leads with everything about them, listings, appointments, numbers not to call, the staff."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from leads.models import (
    Activity,
    Appointment,
    BuyerPreferences,
    Lead,
    Listing,
    SellerProperty,
    StaffProfile,
    Suppression,
)
from leads.scheduling.availability import agent_is_free
from leads.timeline.activities import record

admin.site.site_header = admin.site.site_title = "Ringside back office"


class BuyerPreferencesInline(admin.StackedInline[BuyerPreferences, Lead]):
    """What the lead looks for."""

    model = BuyerPreferences
    extra = 0
    readonly_fields = ["provenance"]


class SellerPropertyInline(admin.StackedInline[SellerProperty, Lead]):
    """Homes the lead may sell."""

    model = SellerProperty
    extra = 0
    readonly_fields = ["provenance"]


class AppointmentInline(admin.TabularInline[Appointment, Lead]):
    """The lead's appointments, newest first."""

    model = Appointment
    extra = 0
    can_delete = False
    show_change_link = True
    ordering = ["-start_at"]
    fields = readonly_fields = ("type", "agent", "start_at", "timezone", "status", "source", "is_test")

    def has_add_permission(self, request: HttpRequest, obj: Lead | None = None) -> bool:
        """Appointments are made on their own page, where the calendar is checked."""
        return False


class TimelineInline(admin.TabularInline[Activity, Lead]):
    """What happened, newest first. Append only."""

    model = Activity
    verbose_name_plural = "timeline"
    extra = 0
    can_delete = False
    fields = readonly_fields = ("occurred_at", "kind", "summary", "actor", "by_ai")

    def has_add_permission(self, request: HttpRequest, obj: Lead | None = None) -> bool:
        """Lines are written by what happens."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Lead | None = None) -> bool:
        """Nor are they changed afterwards."""
        return False


class LeadAdmin(admin.ModelAdmin[Lead]):
    """Leads. Whoever extends it (inlines, actions) registers the extension in its place."""

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
    list_filter = ["stage", "intent", "source", "timeframe", "owner", ("archived_at", admin.EmptyFieldListFilter)]
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
        """A phone number is found however it is written."""
        return super().get_search_results(request, queryset, _as_stored(search_term))

    def save_model(self, request: HttpRequest, obj: Lead, form: forms.ModelForm[Lead], change: bool) -> None:
        """Save, and note moves of stage and owner on the timeline."""
        super().save_model(request, obj, form, change)
        actor = request.user if isinstance(request.user, User) else None
        if "stage" in form.changed_data and change:
            record(obj.pk, Activity.Kind.STAGE, f"Stage: {obj.get_stage_display()}", actor=actor)
        if "owner" in form.changed_data:
            owner = obj.owner.get_full_name() or obj.owner.username if obj.owner else "nobody"
            record(obj.pk, Activity.Kind.ASSIGNMENT, f"Given to {owner}", actor=actor)


class AppointmentForm(forms.ModelForm[Appointment]):
    """Refuses a time at which the agent is busy already, in words, before the database does."""

    def clean(self) -> dict[str, Any]:
        """The calendar's rule, as when an appointment is booked by phone."""
        data: dict[str, Any] = super().clean() or {}
        agent, kind, start, end = (data.get(name) for name in ("agent", "type", "start_at", "end_at"))
        confirmed = data.get("status") == Appointment.Status.CONFIRMED and not self.instance.is_test
        if confirmed and agent and kind and start and end and start < end:
            own = None if self.instance._state.adding else self.instance.pk
            if not agent_is_free(agent.pk, Appointment.Type(kind), start, end, apart_from=own):
                self.add_error("start_at", "The agent has another appointment then, or needs the time to travel.")
        return data


@admin.register(Appointment)
class AppointmentAdmin(admin.ModelAdmin[Appointment]):
    """Appointments by date."""

    form = AppointmentForm
    list_display = ["start_at", "type", "lead", "agent", "status", "source", "is_test"]
    list_filter = ["status", "type", "source", "is_test", "agent"]
    list_select_related = ["lead", "agent"]
    date_hierarchy = "start_at"
    search_fields = ["lead__first_name", "lead__last_name", "attendee_name", "listing__unparsed_address"]
    autocomplete_fields = ["lead", "listing"]
    readonly_fields = ["call_id", "is_test", "idempotency_key", "confirm_phrase", "created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appointment]:
        """Agents see the appointments they keep and those of leads they may see, managers all."""
        if not isinstance(request.user, User):
            return Appointment.objects.none()
        visible = Lead.objects.visible_to(request.user)
        return super().get_queryset(request).filter(Q(agent=request.user) | Q(lead__in=visible))


@admin.register(Listing)
class ListingAdmin(admin.ModelAdmin[Listing]):
    """Homes."""

    list_display = [
        "unparsed_address",
        "subdivision_name",
        "standard_status",
        "list_price",
        "bedrooms_total",
        "bathrooms_total",
        "living_area",
        "listing_contract_date",
    ]
    list_filter = ["standard_status", "property_sub_type", "city", "subdivision_name", "bedrooms_total"]
    search_fields = ["unparsed_address", "listing_key", "subdivision_name", "postal_code"]
    date_hierarchy = "listing_contract_date"


@admin.register(Suppression)
class SuppressionAdmin(admin.ModelAdmin[Suppression]):
    """Numbers nobody may call. Kept for good: at least five years by law (16 CFR 310.5)."""

    list_display = ["phone", "scope", "reason", "requested_at"]
    list_filter = ["scope", "reason"]
    search_fields = ["phone"]
    date_hierarchy = "requested_at"
    readonly_fields = ["call_id", "requested_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        """A wish not to be called is not forgotten."""
        return False


class StaffProfileInline(admin.StackedInline[StaffProfile, User]):
    """Phone, zone and working hours of a member of staff."""

    model = StaffProfile
    can_delete = False


class StaffUserAdmin(UserAdmin[User]):
    """Users, with what makes them bookable and ringable."""

    inlines = [StaffProfileInline]
    list_display = ["username", "first_name", "last_name", "email", "is_staff", "is_active"]


def _as_stored(search: str) -> str:
    """ "(512) 555-0100" as "5125550100"; words stay words."""
    digits = "".join(letter for letter in search if letter.isdigit())
    written_as_number = all(letter.isdigit() or letter in " ()-.+/" for letter in search)
    return digits if written_as_number and len(digits) >= 4 else search


admin.site.unregister(User)
admin.site.register(User, StaffUserAdmin)
admin.site.register(Lead, LeadAdmin)
