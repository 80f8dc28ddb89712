"""The lead's timeline: what happened when."""

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from leads.models.base import ShapedField
from leads.models.lead import Lead
from leads.models.shapes import OBJECT


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
    data = ShapedField(shape=OBJECT, default=dict, blank=True)

    class Meta:
        ordering = ["-occurred_at", "-id"]
        verbose_name_plural = "activities"
        indexes = [models.Index(fields=["lead", "-occurred_at"])]

    def __str__(self) -> str:
        return self.summary
