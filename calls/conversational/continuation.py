"""What comes after a step's first document: the same one again, or the rest of the answer.

An answer that does not come in time is waited for in words. When its process has died, another one finishes it.
"""

from datetime import datetime

import structlog

from calls.conversational import directions, documents, reply, steps, turn
from calls.conversational.timing import TIMING, Timing
from calls.conversational.turn import Reply, Then
from calls.models import Call, ConversationStep

STALLED = "stalled"  # the failure of a step whose process died
log = structlog.get_logger(__name__)


def again(step: ConversationStep, timing: Timing = TIMING) -> str:
    """The answer to a webhook that came again: the first one's document, waited for while it is still in the making."""
    if steps.wait_for(step, lambda row: bool(row.twiml), seconds=timing.duplicate, timing=timing):
        return step.twiml
    return _overdue(step, timing=timing)


def more_twiml(call: Call, number: int, first: int, waited: int, *, timing: Timing = TIMING) -> str:
    """The rest of an answer, from part `first` on. `waited` counts the fillers spoken since."""
    step = call.steps.filter(number=number).first()
    if step is None:
        return documents.listen([], directions.ear(call, number))
    place = f"{first}/{waited}"
    there = steps.wait_for(
        step,
        lambda row: place in row.more or len(row.parts) > first or steps.is_finished(row),
        seconds=timing.first_word,
        timing=timing,
    )
    if place in step.more:
        return str(step.more[place])
    if there:
        return reply.speak(step, first, place=place)
    return _overdue(step, first, waited, place=place, timing=timing)


def close_abandoned(at: datetime) -> int:
    """Finish the steps of ended calls whose process died: what was said stands, and nobody is there for an apology."""
    left = Reply(Then.LISTEN, failure=STALLED)
    return sum(reply.settle(step, left, said=steps.parts_of(step)) for step in steps.abandoned(at))


def _overdue(step: ConversationStep, first: int = 0, waited: int = 0, *, place: str = "", timing: Timing) -> str:
    instead = turn.overdue(stalled=steps.is_stalled(step, timing), opening=step.kind in steps.OPENINGS)
    if instead.then is Then.WAIT:
        return directions.wait(step)
    if instead.then is Then.MORE:
        return reply.bridge(step, first, waited, place=place)
    log.warning("answer stalled, finished by another process", call=str(step.call_id), step=step.number)
    reply.settle(step, instead, said=steps.parts_of(step))
    return reply.speak(step, first, place=place)
