"""Erase a lead with its calls: what was said and recorded goes, the record that there were calls stays.

Kept of a call are its number, times, type, outcome, engines, costs and figures, and the gate's decisions (16 CFR 310.5
asks for five years). The suppression of the number is not touched.
"""

from django.contrib.auth.models import User
from django.db import transaction

from calls.models import (
    Call,
    CallEvent,
    CallStatus,
    Comparison,
    ConversationStep,
    EarlyAnswer,
    EventKind,
    Recording,
    ToolUse,
    Transfer,
    Turn,
)
from leads.erasure import delete_lead, erase_lead
from leads.models import Lead

LIVE = "A call to this lead is live or waits to be placed. End it first."


def why_not_erased(lead: Lead) -> str:
    """Why the lead cannot be erased now, in words; empty when it can."""
    calls = Call.objects.filter(lead=lead)
    return LIVE if calls.live().exists() or calls.filter(status=CallStatus.QUEUED).exists() else ""


def erase(lead: Lead, *, by: User) -> None:
    """Erase a lead and what was said to it. One that was never called leaves nothing behind."""
    with transaction.atomic():
        sound = _forget_calls(lead)
        if Call.objects.filter(lead=lead).exists() or Comparison.objects.filter(lead=lead).exists():
            erase_lead(lead, by=by)
        else:
            delete_lead(lead)
        transaction.on_commit(lambda: _delete_files(sound), robust=True)


def _forget_calls(lead: Lead) -> list[Recording]:
    """Delete what was said in the lead's calls; return the recordings whose files are to go once that is committed."""
    calls = Call.objects.filter(lead=lead)
    for said in (Turn, ToolUse, ConversationStep, EarlyAnswer):
        said._default_manager.filter(call__in=calls).delete()
    CallEvent.objects.filter(call__in=calls).exclude(kind=EventKind.GATE).update(data={})
    Transfer.objects.filter(call__in=calls).update(summary="")
    Comparison.objects.filter(lead=lead).update(briefing={})
    calls.update(opening="", summary="", error_message="")
    recordings = Recording.objects.filter(call__in=calls)
    sound = list(recordings.exclude(file=""))
    # the rows stay, so that the carrier's copies are not fetched again
    recordings.update(status=Recording.Status.ABSENT, file="", source_url="", rms=[])
    return sound


def _delete_files(sound: list[Recording]) -> None:
    for recording in sound:
        recording.file.delete(save=False)
