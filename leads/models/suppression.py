"""Phone numbers that may not be called again."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from phonenumber_field.modelfields import PhoneNumberField

from leads.models.base import E164


class Suppression(models.Model):
    """A phone number nobody may call. It belongs to the number, so it outlives the lead (47 CFR 64.1200(d)(6))."""

    class Scope(models.TextChoices):
        COMPANY = "company", "No calls at all"
        AI_ONLY = "ai_only", "No AI calls"

    class Reason(models.TextChoices):
        VERBAL_REQUEST = "verbal_request", "Asked on a call"
        KEYPAD = "keypad", "Pressed 9"
        WRONG_NUMBER = "wrong_number", "Wrong number"
        MANUAL = "manual"

    phone = PhoneNumberField(unique=True)
    scope = models.CharField(max_length=8, choices=Scope, default=Scope.COMPANY)
    reason = models.CharField(max_length=16, choices=Reason)
    requested_at = models.DateTimeField(default=now)
    call_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(phone__regex=E164),
                name="suppression_phone_is_e164",
                violation_error_message="The phone number is too short or too long to be called from here.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} ({self.get_reason_display()})"
