"""The abstract base of the CRM's models."""

import uuid

from django.db import models
from django.utils.timezone import now

E164 = r"^\+[1-9][0-9]{7,14}$"


class Row(models.Model):
    """Adds an opaque id, and when the row was created and last changed (UTC)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
