"""Erase a lead: what is personal goes; what others must be able to prove stays.

The record of its calls (number, times, outcome, costs) belongs to the app above and is kept five years
(16 CFR 310.5); a wish not to be called belongs to the number and is kept for good. So a lead with calls stays, as a row
without a person.
"""

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.timezone import now

from leads.models import Activity, Appointment, BuyerPreferences, Lead, SellerProperty, display_name
from leads.timeline.activities import record_activity

FIRST, LAST = "Erased", "lead"  # what the row is called afterwards


def delete_lead(lead: Lead) -> None:
    """Delete a lead that nothing else needs, with all that is its own."""
    with transaction.atomic():
        _forget_in_the_log(lead)
        lead.delete()


def erase_lead(lead: Lead, *, by: User) -> None:
    """Take the person out of the row, and delete wishes, homes and timeline. Appointments stay without words."""
    with transaction.atomic():
        BuyerPreferences.objects.filter(lead=lead).delete()
        SellerProperty.objects.filter(lead=lead).delete()
        Activity.objects.filter(lead=lead).delete()
        _empty_appointments(lead)
        _forget_in_the_log(lead)
        Lead.objects.filter(pk=lead.pk).update(**_nobody())
        record_activity(lead.pk, Activity.Kind.NOTE, f"Erased by {display_name(by)}", actor=by)


def _nobody() -> dict[str, object]:
    """The columns of a lead that is nobody any more."""
    moment = now()
    texts = ("email", "phone", "phone_extension", "address", "city", "state", "postal_code", "source_detail")
    return dict.fromkeys(texts, "") | {
        "first_name": FIRST,
        "last_name": LAST,
        "inquiry_listing": None,
        "next_action_at": None,
        "stage": Lead.Stage.ARCHIVED,
        "archived_at": moment,
        "erased_at": moment,
        "updated_at": moment,
    }


def _empty_appointments(lead: Lead) -> None:
    own = Appointment.objects.filter(lead=lead)
    own.filter(status=Appointment.Status.CONFIRMED).update(status=Appointment.Status.CANCELED)
    own.update(attendee_name="", confirm_phrase="", notes="", updated_at=now())


def _forget_in_the_log(lead: Lead) -> None:
    """Take the name out of the back office's log of changes."""
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Lead), object_id=str(lead.pk))
    entries.update(object_repr=f"{FIRST} {LAST}", change_message="")
