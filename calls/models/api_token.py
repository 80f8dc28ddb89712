"""Tokens for the JSON API."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.timezone import now

VALID_DAYS = 365


def end_of_validity() -> datetime:
    """When a token issued now ends, unless it is told otherwise."""
    return now() + timedelta(days=VALID_DAYS)


class ApiToken(models.Model):
    """A bearer token of a staff user, valid to its end. Only its SHA-256 is kept; the token itself is shown once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8, help_text="Last characters, to recognize it by")
    created_at = models.DateTimeField(default=now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(default=end_of_validity)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"…{self.hint}"

    def is_valid(self, at: datetime) -> bool:
        """Whether the token opens the API at that moment, if its user may."""
        return self.revoked_at is None and at < self.expires_at
