"""The last call of each lead on a page of leads, in one query."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from calls.models import Call


@dataclass(frozen=True, slots=True)
class LastCall:
    """What the list shows of a lead's newest call."""

    id: uuid.UUID
    type: str
    status: str
    outcome: str
    at: datetime


def last_calls(lead_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, LastCall]:
    """The newest call by lead, for the leads that were ever called; calls to test lines do not count."""
    rows: Iterable[tuple[Any, ...]] = (
        Call.objects.filter(Q(comparison__isnull=True) | Q(to_number=F("lead__phone")), lead_id__in=list(lead_ids))
        .order_by("lead_id", "queued_at")
        .values_list("lead_id", "pk", "type", "status", "outcome", "queued_at")
    )
    return {lead_id: LastCall(*call) for lead_id, *call in rows}
