"""What the rows say of the calls of a storm, when all is over."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Sum

from calls.models import Call, Turn, Usage
from leads.models import Activity, Appointment


@dataclass
class Kept:
    """One call's rows. Texts of turns in order; usage as rows by meter."""

    live: bool = False
    steps: list[int] = field(default_factory=list)  # their numbers
    unanswered_steps: int = 0
    lead_turns: list[str] = field(default_factory=list)
    agent_turns: int = 0  # answers
    bridge_turns: int = 0  # phrases that bridged a wait
    appointments: int = 0
    tools: Counter[str] = field(default_factory=Counter)
    usage: Counter[str] = field(default_factory=Counter)
    told_of: int = 0  # entries of the call in the lead's timeline
    attempts: int = 0  # as the lead's row counts them


def kept_by_sid() -> dict[str, Kept]:
    """Every call that reached the carrier."""
    calls = Call.objects.select_related("lead").filter(twilio_sid__isnull=False)
    return {str(call.twilio_sid): _kept(call) for call in calls}


def characters_booked() -> int:
    """What the calls pay the voice for."""
    return int(Usage.objects.filter(meter="polly.character").aggregate(sum=Sum("quantity"))["sum"] or 0)


def _kept(call: Call) -> Kept:
    steps, turns = list(call.steps.all()), list(call.turns.all())
    said = [turn for turn in turns if turn.speaker == Turn.Speaker.AGENT]
    return Kept(
        live=not call.is_ended,
        steps=[step.number for step in steps],
        unanswered_steps=sum(not step.twiml or step.finished_at is None for step in steps),
        lead_turns=[turn.text for turn in turns if turn.speaker == Turn.Speaker.LEAD],
        agent_turns=sum("filler" not in turn.item_id for turn in said),
        bridge_turns=sum("filler" in turn.item_id for turn in said),
        appointments=Appointment.objects.filter(call_id=call.pk).count(),
        tools=Counter(call.tool_uses.values_list("name", flat=True)),
        usage=Counter(call.usage.values_list("meter", flat=True)),
        told_of=Activity.objects.filter(call_id=call.pk, kind=Activity.Kind.CALL).count(),
        attempts=call.lead.attempts,
    )
