"""A call of two sentences through each AI engine: it is placed as any other, and ended once the agent has answered.

For `manage.py doctor --call`: what was heard, how late the answer came, what it cost.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from calls.comparison.runs import call_row, start_comparison
from calls.lifecycle.placing import Refusal, end_call, place_due
from calls.models import Call, CallType, Comparison, Turn
from calls.providers import ProviderError
from leads.models import Lead

ENGINES = (CallType.CONVERSATIONAL, CallType.REALTIME)
LOOK_SECONDS = 0.5
ANSWER_PLAYS_SECONDS = 6.0  # the agent's answer is heard to its end, more or less
GIVE_UP_SECONDS = 90.0  # for one call, its ringing included


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one call."""

    type: str
    status: str
    heard: str
    answered: str
    late_ms: int | None
    cost: str
    unpriced: tuple[str, ...]
    error: str
    fell_back: str = ""  # the parts that failed, "" when the engine held the call itself

    @property
    def held(self) -> bool:
        """Whether somebody was understood and answered, by the engine itself."""
        return bool(self.heard and self.answered and not self.fell_back)


def start(*, lead: Lead, number: str, placed_by: User) -> Comparison | Refusal:
    """Place the calls, one after the other, all to that number."""
    return start_comparison(lead=lead, types=ENGINES, placed_by=placed_by, lines=(number,))


def hold(comparison: Comparison, *, seconds: float = GIVE_UP_SECONDS) -> list[Trial]:
    """Wait for each call's first answer and end it; what came of all of them."""
    for _ in ENGINES:
        place_due()
        call = comparison.calls.exclude(ended_at__isnull=False).order_by("queued_at", "pk").first()
        if call is not None:
            _until_answered(call, until=time.monotonic() + seconds)
            _end(call, until=time.monotonic() + 15)
    return [trial_of(call) for call in comparison.calls.order_by("queued_at", "pk")]


def trial_of(call: Call) -> Trial:
    """What came of a call."""
    row, turns = call_row(call), list(call.turns.all())
    heard, answered = exchange(turns)
    error = row["error"]
    return Trial(
        type=call.type,
        status=call.status,
        heard=heard,
        answered=answered,
        late_ms=row["latency_ms"]["p50"],
        cost=row["cost"]["total"],
        unpriced=tuple(row["cost"]["unpriced"]),
        error=f"{error['code']} {error['message']}" if error else "",
        fell_back="; ".join(f"{step['part']} → {step['to']}: {step['reason']}" for step in row["fallbacks"]),
    )


def exchange(turns: Sequence[Turn]) -> tuple[str, str]:
    """What the person said first, and what the agent said to it. Pure."""
    said = [turn for turn in turns if not turn.filler]
    first = next((at for at, turn in enumerate(said) if turn.speaker == Turn.Speaker.LEAD), len(said))
    heard = _joined(turn for turn in said[first:] if turn.speaker == Turn.Speaker.LEAD)
    answered = _joined(turn for turn in said[first:] if turn.speaker == Turn.Speaker.AGENT)
    return heard, answered


def _joined(turns: Iterable[Turn]) -> str:
    return " ".join(turn.text.strip() for turn in turns if turn.text.strip())[:300]


def _until_answered(call: Call, *, until: float) -> None:
    while time.monotonic() < until:
        call.refresh_from_db()
        if call.is_ended:
            return
        if all(exchange(list(call.turns.all()))):
            time.sleep(ANSWER_PLAYS_SECONDS)
            return
        time.sleep(LOOK_SECONDS)


def _end(call: Call, *, until: float) -> None:
    """End it and wait until its line is free."""
    try:
        end_call(call)
    except ProviderError:
        return  # the sweep will
    while time.monotonic() < until and not call.is_ended:
        time.sleep(LOOK_SECONDS)
        call.refresh_from_db()
