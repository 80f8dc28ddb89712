"""Decide whether a call is valid for its type: only then does it count in averages and comparisons of that type.

A valid call was completed, its own engine held the line from the answer to the end, no staff ended it or took it over,
and its metrics come from the recording, with at least `ENOUGH_ANSWERS` answers.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from calls.models import Call, CallEvent, CallStatus, CallType, Engine, EngineSpan, EventKind, Transfer

OWN_ENGINE = {
    CallType.REGULAR: Engine.HUMAN,
    CallType.CONVERSATIONAL: Engine.CONVERSATION,
    CallType.REALTIME: Engine.REALTIME,
}
ENOUGH_ANSWERS = 3  # fewer have no median: of one or two answers, one slow word decides everything
_OTHER_ENGINES = {
    Engine.MACHINE: "a machine answered",
    Engine.RINGING: "it was led to a colleague’s phone",
    Engine.HUMAN: "a colleague talked on",
    Engine.PROMISE: "it ended in a promise to call back",
    Engine.CONVERSATION: "it went on turn by turn",
    Engine.REALTIME: "it went on voice to voice",
}


def exclusion_reason(
    call: Call, spans: Sequence[EngineSpan], transfers: Sequence[Transfer], events: Sequence[CallEvent]
) -> str:
    """Return why an ended call is not valid for its type, whatever was measured; "" if it may be."""
    if call.status != CallStatus.COMPLETED:
        return f"it was not completed ({call.get_status_display().lower()})"
    reasons = chain(_by_staff(transfers, events), _by_a_machine(call), _by_engines(call, spans), _by_fallback(events))
    return next(reasons, "")


def measurement_shortfall(*, answers: int, measured: bool, has_recording: bool) -> str:
    """Return why a call whose recording is no longer awaited has too few measurements; "" if it has enough."""
    if measured and answers >= ENOUGH_ANSWERS:
        return ""
    if measured:
        found = f"{answers or 'no'} answer{'' if answers == 1 else 's'}"
        return f"its recording holds {found}, and {ENOUGH_ANSWERS} are needed"
    return "its recording could not be measured" if has_recording else "there is no recording to measure"


def _by_staff(transfers: Sequence[Transfer], events: Sequence[CallEvent]) -> Iterator[str]:
    if any(transfer.reason == Transfer.Reason.TAKE_OVER for transfer in transfers):
        yield "staff pressed “Take over”"
    if any(event.kind == EventKind.END_REQUESTED for event in events):
        yield "staff ended it"
    if transfers:
        yield _OTHER_ENGINES[Engine.RINGING]


def _by_a_machine(call: Call) -> Iterator[str]:
    if call.answered_by.startswith(("machine", "fax")):
        yield _OTHER_ENGINES[Engine.MACHINE]


def _by_engines(call: Call, spans: Sequence[EngineSpan]) -> Iterator[str]:
    own = OWN_ENGINE[CallType(call.type)]
    if not spans:
        yield "what held the line is not on record"
    for span in spans:
        if span.engine != own:
            yield _OTHER_ENGINES.get(Engine(span.engine), "another engine held the line")


def _by_fallback(events: Sequence[CallEvent]) -> Iterator[str]:
    if any(event.kind == EventKind.FALLBACK for event in events):
        yield "a part of it failed and was replaced"
