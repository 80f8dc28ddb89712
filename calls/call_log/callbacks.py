"""Call backs owed to a lead: a promise that a person will call back always creates a task."""

import uuid

from django.db import transaction
from django.utils.timezone import now

from calls.call_log.events import log_event
from calls.database.writes import durable
from calls.models import Call, Disposition, EventKind
from leads.consent.suppression import is_suppressed
from leads.models import Activity, Lead
from leads.timeline import activities


def promise_call_back(call: Call, *, reason: str) -> bool:
    """File a call back for a call the AI could not finish, and set its outcome; False when it was filed before."""
    with transaction.atomic():
        Call.objects.filter(pk=call.pk, outcome=Disposition.NONE).update(
            outcome=Disposition.AI_ERROR, outcome_by_ai=True
        )
        return file_call_back(call, reason=reason)


@durable("call_back")
def keep_promise(call_id: uuid.UUID | str, *, reason: str) -> None:
    """File a call back that was promised, also while the database is away."""
    promise_call_back(Call.objects.with_people().get(pk=call_id), reason=reason)


def file_call_back(call: Call, *, reason: str) -> bool:
    """File a task for the staff, due now; False when this call has one.

    A test line is not called back, nor a number that asked for no calls.
    """
    with transaction.atomic():
        if not log_event(call.pk, EventKind.CALL_BACK_PROMISED, dedupe_key="call_back_promised", reason=reason):
            return False
        if call.goes_to_test_line or is_suppressed(str(call.to_number), by_ai=False):
            return True
        summary = f"Call back: {reason}"
        task = Activity.Kind.TASK
        activities.record_activity(call.lead_id, task, summary, by_ai=True, call_id=call.pk, data={"due": "now"})
        Lead.objects.filter(pk=call.lead_id).update(next_action_at=now())
    return True
