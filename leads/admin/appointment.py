"""Appointments in the back office: listed by date, and never two at once for one agent."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from leads.admin.lookups import StaffFilter
from leads.admin.office import OfficeAdmin, OfficeForm
from leads.models import Appointment, Lead
from leads.scheduling.availability import agent_is_free


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


class AppointmentForm(OfficeForm):
    """Refuses a time at which the agent is already busy, in words, before the database does."""

    def clean(self) -> dict[str, Any]:
        """Apply the same calendar rule as a booking by phone."""
        data: dict[str, Any] = super().clean() or {}
        agent, kind, start, end = (data.get(name) for name in ("agent", "type", "start_at", "end_at"))
        confirmed = data.get("status") == Appointment.Status.CONFIRMED and not self.instance.is_test
        if confirmed and agent and kind and start and end and start < end:
            own = None if self.instance._state.adding else self.instance.pk
            if not agent_is_free(agent.pk, Appointment.Type(kind), start, end, apart_from=own):
                self.add_error("start_at", "The agent has another appointment then, or needs the time to travel.")
        return data


@admin.register(Appointment)
class AppointmentAdmin(OfficeAdmin):
    """Appointments by date."""

    form = AppointmentForm
    list_display = ["start_at", "type", "lead", "agent", "status", "source", "is_test"]
    list_filter = ["status", "type", "source", "is_test", ("agent", StaffFilter)]
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
