"""Read back what was said and done: on earlier calls with the lead, and so far on this call."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from calls.models import Call, Engine, ToolUse, Turn
from leads.models import Lead

MOST_EARLIER_CALLS = 3
MOST_LAST_LINES = 4
LONGEST_LINE = 160
UNFINISHED_RESULT = json.dumps(
    {
        "ok": False,
        "error": {
            "code": "UNFINISHED",
            "message": "no answer came; ask again if it is still needed",
            "retryable": True,
        },
    }
)


@dataclass(frozen=True, slots=True)
class EarlierCall:
    """One earlier call: ISO 8601 date with its zone, type, outcome, summary and the last lines said."""

    date: str
    type: str
    outcome: str
    summary: str
    last_lines: tuple[str, ...]


def earlier_calls(lead: Lead, *, before: datetime) -> list[EarlierCall]:
    """Return the last three answered calls with this lead that began before that time, oldest first.

    A comparison's calls to another number than the lead's are left out: somebody else answered them.
    """
    with_the_lead = Q(comparison__isnull=True) | Q(to_number=lead.phone)
    answered = Call.objects.filter(with_the_lead, lead=lead, answered_at__isnull=False, queued_at__lt=before)
    answered = answered.order_by("-queued_at")[:MOST_EARLIER_CALLS]
    return [_summarized(call) for call in reversed(answered)]


def messages_so_far(call: Call) -> list[dict[str, Any]]:
    """Return this call's turns and tool uses in order as Chat Completions messages. Only what was heard counts as said.

    Fillers are left out: after one, the model would take the caller's last words for answered.
    """
    uses = list(ToolUse.objects.filter(call=call).order_by("started_at", "id"))
    messages: list[dict[str, Any]] = []
    latest: datetime | None = None
    for turn in Turn.objects.filter(call=call, filler=False).order_by("position", "id"):
        said_at = _said_at(call, turn)
        latest = max(latest or said_at, said_at)
        while uses and uses[0].started_at < latest:
            messages += _tool_messages(uses.pop(0))
        if turn.text.strip():
            role = "user" if turn.speaker == Turn.Speaker.LEAD else "assistant"
            messages.append({"role": role, "content": turn.text.strip()})
    return [*messages, *_flat(_tool_messages(use) for use in uses)]


def _said_at(call: Call, turn: Turn) -> datetime:
    """Return when the turn began; its row may have been written later, because transcripts arrive late.

    For the lead's turns heard by `<Gather>` the row's own time counts: their beginning is only estimated, and the row
    is written after all tools of the answer before it.
    """
    estimated = turn.engine == Engine.CONVERSATION and turn.speaker == Turn.Speaker.LEAD
    if call.answered_at is None or turn.started_ms is None or estimated:
        return turn.created_at
    return min(turn.created_at, call.answered_at + timedelta(milliseconds=turn.started_ms))


def _summarized(call: Call) -> EarlierCall:
    turns = Turn.objects.filter(call=call).order_by("-position", "-id")[:MOST_LAST_LINES]
    lines = tuple(f"{turn.get_speaker_display()}: {turn.text[:LONGEST_LINE]}" for turn in reversed(turns))
    return EarlierCall(
        date=call.queued_at.isoformat(),
        type=call.type,
        outcome=call.get_outcome_display() if call.outcome else "",
        summary=call.summary,
        last_lines=lines,
    )


def _tool_messages(use: ToolUse) -> list[dict[str, Any]]:
    function = {"name": use.name, "arguments": json.dumps(use.arguments)}
    asked = {"id": use.tool_call_id, "type": "function", "function": function}
    answer = UNFINISHED_RESULT if use.result is None else json.dumps(use.result)
    return [
        {"role": "assistant", "content": None, "tool_calls": [asked]},
        {"role": "tool", "tool_call_id": use.tool_call_id, "content": answer},
    ]


def _flat(groups: Iterable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [message for group in groups for message in group]
