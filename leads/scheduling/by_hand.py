"""Appointments made, moved and called off by hand, written to the lead's timeline like those of the AI."""

from django.contrib.auth.models import User

from leads.models import Activity, Appointment
from leads.scheduling.booking import appointment_as_json, record_booking
from leads.timeline.activities import record_activity

STATUS_WORDS = {
    Appointment.Status.CONFIRMED: "is on again",
    Appointment.Status.COMPLETED: "was held",
    Appointment.Status.NO_SHOW: "was missed",
    Appointment.Status.CANCELED: "is canceled",
    Appointment.Status.UNRESOLVED: "is past, not noted how it went",
}


def record_by_hand(appointment: Appointment, *, before: Appointment | None, by: User) -> None:
    """Write down what somebody did to an appointment: booked it, or changed what was there `before`."""
    if before is None and appointment.status == Appointment.Status.CONFIRMED:
        record_booking(appointment, actor=by)
    elif before is not None and before.lead_id != appointment.lead_id:
        _note(before, "is another lead's now", by)
        record_by_hand(appointment, before=None, by=by)
    elif before is None or before.status != appointment.status:
        _note(appointment, STATUS_WORDS[Appointment.Status(appointment.status)], by)
    elif _moved(before, appointment):
        _note(before, f"is moved to {_when(appointment)}", by)


def record_removal(appointment: Appointment, *, by: User) -> None:
    """Write down that somebody deleted an appointment."""
    _note(appointment, "is deleted", by)


def _moved(before: Appointment, after: Appointment) -> bool:
    return (before.start_at, before.agent_id, before.type) != (after.start_at, after.agent_id, after.type)


def _note(appointment: Appointment, what: str, by: User) -> None:
    summary = f"{appointment.get_type_display()}, {_when(appointment)}, {what}"
    data = {"appointment": str(appointment.pk)}
    record_activity(appointment.lead_id, Activity.Kind.APPOINTMENT, summary, actor=by, data=data)


def _when(appointment: Appointment) -> str:
    told = appointment_as_json(appointment)
    return f"{told['spoken']} with {told['agent_name']}"
