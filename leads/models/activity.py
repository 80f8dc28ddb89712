"""What happened when, and who may not be called again."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from phonenumber_field.modelfields import PhoneNumberField

from leads.models.base import E164
from leads.models.lead import Lead


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
        constraints = [models.CheckConstraint(condition=Q(phone__regex=E164), name="suppression_phone_is_e164")]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} ({self.get_reason_display()})"


class Activity(models.Model):
    """One line of a lead's timeline. Append only; ids increase."""

    class Kind(models.TextChoices):
        CALL = "call"
        NOTE = "note"
        STAGE = "stage"
        ASSIGNMENT = "assignment"
        APPOINTMENT = "appointment"
        PREFERENCES = "preferences"
        SELLER_DETAILS = "seller_details", "Seller details"
        OPT_OUT = "opt_out", "Opt-out"
        TASK = "task"

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="activities")
    kind = models.CharField(max_length=16, choices=Kind)
    summary = models.CharField(max_length=240)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    by_ai = models.BooleanField(default=False)
    call_id = models.UUIDField(null=True, blank=True)
    occurred_at = models.DateTimeField(default=now)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-occurred_at", "-id"]
        verbose_name_plural = "activities"
        indexes = [models.Index(fields=["lead", "-occurred_at"])]

    def __str__(self) -> str:
        return self.summary
