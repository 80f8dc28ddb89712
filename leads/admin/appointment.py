"""Appointments in the back office: listed by date, and never two at once for one agent."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.timezone import get_current_timezone_name

from leads.admin.lookups import StaffFilter
from leads.admin.office import OfficeAdmin, OfficeForm
from leads.models import Appointment, Lead
from leads.scheduling.availability import agent_is_free
from leads.scheduling.by_hand import record_by_hand, record_removal
from leads.staff_pages import signed_in_user
from leads.templatetags.figures import when

LONGEST = timedelta(days=1)


class AppointmentInline(admin.TabularInline[Appointment, Lead]):
    """The lead's appointments, newest first."""

    model = Appointment
    extra = 0
    can_delete = False
    show_change_link = True
    ordering = ["-start_at"]
    fields = readonly_fields = ("type", "agent", "when", "status", "source", "is_test")

    @admin.display(description="when")
    def when(self, appointment: Appointment) -> str:
        """The time on the viewer's clock, and on the lead's when the two differ."""
        return when(appointment.start_at, appointment.timezone)

    def has_add_permission(self, request: HttpRequest, obj: Lead | None = None) -> bool:
        """Appointments are made on their own page, where the calendar is checked."""
        return False


class AppointmentForm(OfficeForm):
    """Refuses a time at which the agent is already busy, in words, before the database does."""

    def clean(self) -> dict[str, Any]:
        """Apply the same calendar rule as a booking by phone."""
        data: dict[str, Any] = super().clean() or {}
        start, end = data.get("start_at"), data.get("end_at")
        if self.refusal is None and start and end:
            self._check_times(data, start, end)
        return data

    def _check_times(self, data: dict[str, Any], start: datetime, end: datetime) -> None:
        """Look at how long it takes, and whether the agent is free then."""
        agent, kind = data.get("agent"), data.get("type")
        confirmed = data.get("status") == Appointment.Status.CONFIRMED and not self.instance.is_test
        if end - start > LONGEST:
            self.add_error("end_at", "An appointment takes a day at most.")
        elif confirmed and agent and kind and start < end:
            own = None if self.instance._state.adding else self.instance.pk
            if not agent_is_free(agent.pk, Appointment.Type(kind), start, end, apart_from=own):
                self.add_error("start_at", "The agent has another appointment then, or needs the time to travel.")


@admin.register(Appointment)
class AppointmentAdmin(OfficeAdmin):
    """Appointments by date."""

    form = AppointmentForm
    list_display = ["when", "type", "lead", "agent", "status", "source", "is_test"]
    list_filter = ["status", "type", "source", "is_test", ("agent", StaffFilter)]
    list_select_related = ["lead", "agent"]
    date_hierarchy = "start_at"
    search_fields = ["lead__first_name", "lead__last_name", "attendee_name", "listing__unparsed_address"]
    autocomplete_fields = ["lead", "listing"]
    readonly_fields = ["call_id", "is_test", "idempotency_key", "confirm_phrase", "created_at"]

    @admin.display(description="when", ordering="start_at")
    def when(self, appointment: Appointment) -> str:
        """The time on the viewer's clock, and on the lead's when the two differ."""
        return when(appointment.start_at, appointment.timezone)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, which says on which clock its times are."""
        form = super().get_form(request, obj, change=change, **kwargs)
        for name in ("start_at", "end_at"):
            if name in form.base_fields:
                form.base_fields[name].help_text = f"On your own clock, {get_current_timezone_name()}."
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and write it to the lead's timeline as a booking by the AI is."""
        before = Appointment.objects.get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        record_by_hand(obj, before=before, by=signed_in_user(request))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete, and write it to the lead's timeline."""
        record_removal(obj, by=signed_in_user(request))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Appointment]) -> None:
        """Delete several, and write it to their leads' timelines."""
        for appointment in queryset:
            record_removal(appointment, by=signed_in_user(request))
        super().delete_queryset(request, queryset)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appointment]:
        """Agents see the appointments they keep and those of leads they may see, managers all."""
        if not isinstance(request.user, User):
            return Appointment.objects.none()
        visible = Lead.objects.visible_to(request.user)
        return super().get_queryset(request).filter(Q(agent=request.user) | Q(lead__in=visible))
