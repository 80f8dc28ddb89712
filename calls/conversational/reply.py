"""Giving a reply: the one place where a step's answer is stored, noted in the call's log, and spoken."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.timezone import now

from calls.agent.colleagues import request_transfer
from calls.call_log.callbacks import promise_call_back
from calls.call_log.engine_spans import begin_engine
from calls.call_log.events import log_event
from calls.conversational import directions, steps, turn, turn_log
from calls.conversational.turn import Part, Reply
from calls.conversational.voice import VOICE
from calls.costs.ledger import book_usage
from calls.models import ConversationStep, Engine, EventKind, Transfer


def give(step: ConversationStep, reply: Reply) -> str:
    """Finish the step with this reply; the document that speaks it."""
    settle(step, reply)
    return speak(step)


def settle(step: ConversationStep, reply: Reply, said: Sequence[Part] = ()) -> bool:
    """Finish the step with this reply, after what was `said` already; False when somebody else has finished it."""
    call, tech = step.call, Transfer.Reason.TECH
    if reply.otherwise and not request_transfer(call, tech, summary=reply.failure, at=now(), back_to=None):
        reply = reply.otherwise
    if fell := reply.fallback:
        key = f"fallback:{fell.part}:{step.number}"
        log_event(call.pk, EventKind.FALLBACK, dedupe_key=key, part=fell.part, to=fell.to, reason=fell.reason)
    if promise := reply.promise:
        promise_call_back(call, reason=promise.task)
        begin_engine(call.pk, Engine.PROMISE, reason=promise.leaving)
    opening = VOICE.opening(call) if reply.opening else ()
    parts = (*said, *opening, *reply.parts, *(VOICE.part(words, call.pk) for words in reply.words))
    with transaction.atomic():  # what is said stands in the transcript, or is not said
        mine = steps.finish(step, parts, reply)
        if mine:
            turn_log.said(step, parts)
    if not mine:
        steps.look_again(step)
    return mine


def speak(step: ConversationStep, first: int = 0, *, place: str = "") -> str:
    """The document of what is known of the answer from part `first` on, which counts once for each `place`."""
    parts = steps.parts_of(step)
    document, mine = steps.publish(step, directions.document(step, parts, first), place, listens_from=first)
    if mine and step.ends_call:
        log_event(step.call_id, EventKind.GOODBYE, dedupe_key="goodbye", step=step.number)
    elif mine and steps.listens(step):
        book_usage(step.call_id, "twilio.gather", 1, key=f"gather:{step.number + 1}")
    return document


def bridge(step: ConversationStep, first: int = 0, waited: int = 0, *, place: str = "") -> str:
    """The document that fills the wait for part `first`, and then asks for it."""
    filler = VOICE.part(turn.filler(waited), step.call_id)
    instead = directions.bridge(step, filler, first, waited)
    with transaction.atomic():
        document, mine = steps.publish(step, instead, place)
        if mine:
            turn_log.filled(step, filler, first=first, waited=waited)
    return document
