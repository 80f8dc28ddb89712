"""Write to a lead's timeline: one line for each thing that happened, never changed afterwards."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.timezone import now

from leads.models import Activity, Lead
from leads.text import one_line

SUMMARY_LENGTH = 240
BEFORE_AN_APPOINTMENT = (
    Lead.Stage.NEW,
    Lead.Stage.ATTEMPTING,
    Lead.Stage.CONTACTED,
    Lead.Stage.QUALIFIED,
    Lead.Stage.NURTURE,
)


def record_activity(
    lead_id: uuid.UUID,
    kind: Activity.Kind,
    summary: str,
    *,
    actor: User | None = None,
    by_ai: bool = False,
    call_id: uuid.UUID | None = None,
    at: datetime | None = None,
    data: dict[str, Any] | None = None,
) -> Activity:
    """Append a line to the timeline; a summary over 240 characters is cut with an ellipsis."""
    moment = at or now()
    entry = Activity.objects.create(
        lead_id=lead_id,
        kind=kind,
        summary=one_line(summary, SUMMARY_LENGTH),
        actor=actor,
        by_ai=by_ai,
        call_id=call_id,
        occurred_at=moment,
        data=data or {},
    )
    later = Q(last_activity_at__isnull=True) | Q(last_activity_at__lt=moment)
    Lead.objects.filter(later, pk=lead_id).update(last_activity_at=moment)
    return entry


def move_stage(
    lead_id: uuid.UUID,
    to: Lead.Stage,
    *,
    only_from: tuple[Lead.Stage, ...],
    actor: User | None = None,
    by_ai: bool = False,
    call_id: uuid.UUID | None = None,
) -> bool:
    """Move a lead to stage `to` if it is at one of `only_from`; False if it is not (another request was first)."""
    moved = Lead.objects.filter(pk=lead_id, stage__in=only_from).exclude(stage=to).update(stage=to, updated_at=now())
    if moved:
        summary = f"Stage: {to.label}"
        record_activity(
            lead_id, Activity.Kind.STAGE, summary, actor=actor, by_ai=by_ai, call_id=call_id, data={"to": to.value}
        )
    return bool(moved)
