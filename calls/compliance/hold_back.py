"""Hold a lead back from AI calls while something they said may not have been read: it may be a wish not to be called.

What the database has not taken yet is known from the files that wait. What may be lost, as with a process that died in
the middle of a call, is for a person to read, or to listen to; they say so, and the lead may be called again.
"""

from calls.call_log.events import log_event
from calls.compliance.own_lines import is_test_line
from calls.database.writes import waiting_calls
from calls.models import Call, CallEvent, EventKind
from leads.models import Activity, Lead
from leads.timeline.activities import record_activity

TASK = "Read this call, or listen to it, before an AI calls again: it may hold a wish not to be called"


def hold_back(call: Call, *, reason: str) -> bool:
    """Hold the call's lead back until a person has read the call; True the first time."""
    if is_test_line(str(call.to_number)):
        return False
    if not log_event(call.pk, EventKind.WISH_UNREAD, dedupe_key="wish_unread", reason=reason):
        return False
    record_activity(call.lead_id, Activity.Kind.TASK, TASK, by_ai=True, call_id=call.pk, data={"due": "now"})
    return True


def mark_read(call: Call, *, by: str) -> bool:
    """A person has read the call, and taken down what was asked for; True the first time."""
    return log_event(call.pk, EventKind.WISH_READ, dedupe_key="wish_read", by=by)


def is_held_back(lead: Lead) -> bool:
    """Whether a call with this lead may hold a wish that nobody has read."""
    unread = CallEvent.objects.filter(call__lead=lead, kind=EventKind.WISH_UNREAD)
    if unread.exclude(call__events__kind=EventKind.WISH_READ).exists():
        return True
    unwritten = [call for call in waiting_calls() if call]
    return bool(unwritten) and Call.objects.filter(pk__in=unwritten, lead=lead).exists()
