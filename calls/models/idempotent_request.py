"""Requests of the JSON API that came with an `Idempotency-Key`, and what was answered."""

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from leads.models import OBJECT, ShapedField


class IdempotentRequest(models.Model):
    """A request under its user's key. `status` is empty while it is carried out: the row is taken before the effect."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the method, the path and the body.")
    status = models.PositiveSmallIntegerField(null=True)
    answer = ShapedField(shape=OBJECT, null=True)
    created_at = models.DateTimeField(default=now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"],
                name="request_once_per_key",
                violation_error_message="This user has used the key already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key[:20]} of {self.created_at:%Y-%m-%d}"
