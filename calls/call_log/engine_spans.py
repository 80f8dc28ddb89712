"""Engine spans: which engine held the line, from when to when. A call has at most one open span."""

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from calls.call_log.events import log_event
from calls.models import ENDED_STATUSES, Call, Engine, EngineSpan, EventKind


def begin_engine(call_id: uuid.UUID | str, engine: Engine, *, reason: str = "", at: datetime | None = None) -> bool:
    """Open a span for `engine` and close the open one with `reason`; False when `engine` holds the line already.

    Also False when the call has ended: a late report of the answer must not open a span that nobody closes.
    """
    moment = at or now()
    with transaction.atomic():
        if not Call.objects.select_for_update().filter(pk=call_id).exclude(status__in=ENDED_STATUSES).exists():
            return False
        if EngineSpan.objects.filter(call_id=call_id, engine=engine, ended_at__isnull=True).exists():
            return False
        EngineSpan.objects.filter(call_id=call_id, ended_at__isnull=True).update(ended_at=moment, end_reason=reason)
        try:
            with transaction.atomic():
                EngineSpan.objects.create(call_id=call_id, engine=engine, started_at=moment)
        except IntegrityError:  # another worker handed it over first
            return False
    log_event(call_id, EventKind.ENGINE, engine=engine, reason=reason)
    return True


def end_engine(call_id: uuid.UUID | str, *, reason: str, at: datetime | None = None) -> bool:
    """Close the open span with `reason`; False when none is open."""
    closed = EngineSpan.objects.filter(call_id=call_id, ended_at__isnull=True).update(
        ended_at=at or now(), end_reason=reason
    )
    return bool(closed)
