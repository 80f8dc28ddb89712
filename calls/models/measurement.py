"""What a call used (usage), what that costs (prices), and what was measured on it."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from calls.models.call import Call
from leads.models import OBJECT, ShapedField


class Usage(models.Model):
    """A quantity of one meter (tokens, characters, minutes), booked once per `key`."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="usage")
    meter = models.CharField(max_length=60, help_text="e.g. openai.audio_in, twilio.outbound_minute")
    model = models.CharField(max_length=60, blank=True)
    quantity = models.DecimalField(max_digits=16, decimal_places=6)
    key = models.CharField(max_length=120, help_text="What it was used for; once per call and meter")
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call", "meter", "key"],
                name="usage_once_per_key",
                violation_error_message="This use is booked already.",
            )
        ]
        verbose_name_plural = "usage"

    def __str__(self) -> str:
        return f"{self.quantity} {self.meter}"


class Price(models.Model):
    """The price of one unit of a meter in USD, from a date on. Rows are added, never edited."""

    meter = models.CharField(max_length=60)
    model = models.CharField(max_length=60, blank=True)
    unit_price = models.DecimalField(max_digits=18, decimal_places=10, help_text="USD per unit")
    effective_from = models.DateField()
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["meter", "model", "-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["meter", "model", "effective_from"],
                name="price_once_per_date",
                violation_error_message="This meter has a price from that date already.",
            ),
            models.CheckConstraint(
                condition=Q(unit_price__gte=0),
                name="price_not_negative",
                violation_error_message="A price is not below zero.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meter} {self.model}".strip()


class CallMeasurement(models.Model):
    """One metric of one call, e.g. response latency p50 in ms; `basis` says where it was measured."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="measurements")
    metric = models.CharField(max_length=60)
    value = models.FloatField()
    unit = models.CharField(max_length=12, blank=True)
    basis = models.CharField(max_length=20, default="recording", help_text="recording or server")
    detail = ShapedField(shape=OBJECT, default=dict, blank=True)
    measured_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call", "metric", "basis"],
                name="measured_once",
                violation_error_message="This was measured already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.metric} = {self.value:g} {self.unit}".strip()
