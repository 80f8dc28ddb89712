"""Transfers of a live AI call to a person of the brokerage."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from calls.models.call import Call, Engine


class Transfer(models.Model):
    """One attempt to reach a colleague for a lead: why, to whom, how it went, and which engine resumes if it fails."""

    class Reason(models.TextChoices):
        REQUEST = "request", "Asked for a person"
        COMPLAINT = "complaint", "Complaint"
        LEGAL = "legal", "Legal question"
        OFFER = "offer", "Wants to make an offer"
        DISTRESS = "distress", "Distressed"
        POLICY = "policy", "Beyond what the AI may do"
        TECH = "tech", "The AI failed"
        TAKE_OVER = "take_over", "Taken over by staff"

    class Status(models.TextChoices):
        ASKED = "asked", "Announced"
        RINGING = "ringing", "Ringing"
        CONNECTED = "connected", "Connected"
        UNANSWERED = "unanswered", "Nobody answered"
        ABANDONED = "abandoned", "The lead hung up first"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="transfers")
    reason = models.CharField(max_length=12, choices=Reason)
    summary = models.CharField(max_length=400, blank=True, help_text="What the colleague is told of the conversation")
    colleague = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    phone = models.CharField(max_length=16, help_text="The colleague's, E.164")
    back_to = models.CharField(
        max_length=12, choices=Engine, blank=True, help_text="Who talks on when nobody answers; empty: nobody is left"
    )
    status = models.CharField(max_length=12, choices=Status, default=Status.ASKED)
    asked_at = models.DateTimeField(default=now)
    rung_at = models.DateTimeField(null=True, blank=True)
    connected_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(status__in=["asked", "ringing"]),
                name="transfer_open_once_per_call",
                violation_error_message="The call is being transferred already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.get_status_display().lower()}"


OPEN_TRANSFER_STATUSES = (Transfer.Status.ASKED, Transfer.Status.RINGING)
