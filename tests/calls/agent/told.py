"""What an agent is told of a lead with a past, on a Sunday afternoon."""

from datetime import UTC, datetime, timedelta
from typing import Any

from calls.agent.briefing import brief
from calls.models import Call, Turn
from leads.models import BuyerPreferences, Lead
from tests.people import make_call

NOW = datetime(2026, 11, 22, 20, 5, tzinfo=UTC)  # Sunday 14:05 in Chicago


def told(call: Call) -> str:
    return brief(call, at=NOW).instructions


def know(lead: Lead, **fields: Any) -> None:
    BuyerPreferences.objects.create(lead=lead, **fields)


def ended_call(lead: Lead, *, days_ago: int = 1, lines: tuple[str, ...] = (), **fields: Any) -> Call:
    queued = NOW - timedelta(days=days_ago)
    call = make_call(lead, status="completed", ended_at=queued, queued_at=queued, answered_at=queued, **fields)
    for place, line in enumerate(lines):
        Turn.objects.create(
            call=call, speaker="lead", engine="realtime", text=line, item_id=f"i{place}", position=place
        )
    return call
