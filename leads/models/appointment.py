"""Appointments."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from leads.models.base import LineField, Row
from leads.models.lead import Lead
from leads.models.listing import Listing
from leads.models.zones import ZoneField, brokerage_zone, zone_of


class Appointment(Row):
    """A lead's appointment with an agent: UTC, plus the zone in which it was agreed. Confirmed ones never overlap."""

    class Type(models.TextChoices):
        BUYER_CONSULT = "buyer_consult", "Buyer consultation"
        SHOWING = "showing"
        LISTING_CONSULT = "listing_consult", "Listing consultation"
        CALLBACK = "callback"

    class Status(models.TextChoices):
        CONFIRMED = "confirmed"
        COMPLETED = "completed"
        NO_SHOW = "no_show", "No show"
        CANCELED = "canceled"
        UNRESOLVED = "unresolved", "Past, not noted how it went"

    class Source(models.TextChoices):
        AI_CALL = "ai_call", "AI call"
        STAFF = "staff"
        SELF = "self"

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="appointments")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appointments")
    type = models.CharField(max_length=16, choices=Type)
    listing = models.ForeignKey(Listing, on_delete=models.SET_NULL, null=True, blank=True, related_name="appointments")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    timezone = ZoneField(default=brokerage_zone)
    status = models.CharField(max_length=12, choices=Status, default=Status.CONFIRMED)
    source = models.CharField(max_length=8, choices=Source, default=Source.STAFF)
    call_id = models.UUIDField(null=True, blank=True, help_text="The call in which it was booked")
    is_test = models.BooleanField(
        default=False, help_text="Booked in a side-by-side test call: blocks nobody's calendar"
    )
    idempotency_key = models.CharField(max_length=120, unique=True, null=True, blank=True)
    attendee_name = LineField(max_length=120, blank=True)
    confirm_phrase = models.CharField(max_length=300, blank=True, help_text="The caller's own words of agreement")
    notes = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["start_at"]
        indexes = [models.Index(fields=["agent", "start_at"]), models.Index(fields=["call_id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(start_at__lt=F("end_at")),
                name="appointment_ends_after_start",
                violation_error_message="An appointment ends after it starts.",
            ),
            models.UniqueConstraint(
                fields=["agent", "start_at"],
                condition=Q(status="confirmed", is_test=False),
                name="appointment_slot_once",
                violation_error_message="The agent has another appointment at this time.",
            ),
            models.UniqueConstraint(
                fields=["lead", "type"],
                condition=Q(status="confirmed", is_test=False),
                name="appointment_open_once_per_type",
                violation_error_message="The lead has an open appointment of this type: change it, or say how it went.",
            ),
            models.UniqueConstraint(
                fields=["call_id", "type"],
                condition=Q(status="confirmed", is_test=True),
                name="appointment_test_once_per_call",
                violation_error_message="This test call has booked an appointment of this type already.",
            ),
        ]

    def __str__(self) -> str:
        local = self.start_at.astimezone(zone_of(self.timezone))
        return f"{self.get_type_display()} on {local:%a %b %-d, %Y, %H:%M %Z}"
