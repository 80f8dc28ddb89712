"""The transcript of a conversational call: what each step heard and said, and what was cut off."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.timezone import now

from calls.agent.booking_claims import check_claim
from calls.call_log.events import log_event
from calls.call_log.transcript import Utterance, add_turn, amend_turn, cut_at_the_end
from calls.conversational.barge_in import CutOff
from calls.conversational.documents import PAUSE_SECONDS
from calls.conversational.turn import Part
from calls.conversational.voice import spoken_seconds
from calls.models import Call, ConversationStep, Engine, EventKind, Turn
from calls.understanding.recognition_results import Verdict


def heard(step: ConversationStep, cut: CutOff | None = None) -> None:
    """Write down what the caller said, with the recognizer's confidence; words it invented are nobody's.

    If it was said into our words before, only what was heard of those stays. The carrier does not tell when it was
    said: it ended one pause before the result came, the beginning is estimated.
    """
    if cut is not None:
        into = _agent_item(step.number - 1)
        amend_turn(step.call_id, into, text=cut.heard, length_ms=round(1000 * cut.seconds))
        log_event(step.call_id, EventKind.INTERRUPTED, dedupe_key=f"interrupted:{step.number}", step=step.number)
    if step.heard and step.verdict != Verdict.INVENTED:
        received = _since_answer(step.call, step.received_at)
        ended = None if received is None else max(0, received - 1000 * PAUSE_SECONDS)
        said = Utterance(
            speaker=Turn.Speaker.LEAD,
            engine=Engine.CONVERSATION,
            item_id=f"step-{step.number}-lead",
            text=step.heard,
            confidence=step.confidence,
            started_ms=None if ended is None else max(0, ended - round(spoken_seconds(step.heard) * 1000)),
            ended_ms=ended,
        )
        add_turn(step.call_id, said)
    log_event(step.call_id, EventKind.HEARD, step=step.number, verdict=step.verdict, confidence=step.confidence)


def said(step: ConversationStep, parts: Sequence[Part]) -> None:
    """Write down what the agent says in this step, and look whether it claims a booking that is none."""
    if not parts:
        return
    spoken_at = step.answered_at or now()
    started = _since_answer(step.call, spoken_at)
    utterance = Utterance(
        speaker=Turn.Speaker.AGENT,
        engine=Engine.CONVERSATION,
        item_id=_agent_item(step.number),
        text=" ".join(part.text for part in parts),
        started_ms=started,
        ended_ms=None if started is None else started + round(1000 * sum(part.seconds for part in parts)),
        latency_ms=round((spoken_at - step.received_at).total_seconds() * 1000) if step.heard else None,
    )
    _write(step, utterance)
    check_claim(step.call_id, utterance.text, item_id=utterance.item_id)


def filled(step: ConversationStep, filler: Part, *, first: int, waited: int) -> None:
    """Write down what was said to bridge the wait for part `first`: it was heard too."""
    started = _since_answer(step.call, now())
    utterance = Utterance(
        speaker=Turn.Speaker.AGENT,
        engine=Engine.CONVERSATION,
        item_id=f"step-{step.number}-filler-{first}-{waited}",
        text=filler.text,
        filler=True,
        started_ms=started,
        ended_ms=None if started is None else started + round(filler.seconds * 1000),
    )
    _write(step, utterance)


def _write(step: ConversationStep, said: Utterance) -> None:
    """Write it down, and cut it at once if the call has ended: the model goes on when the line is gone."""
    add_turn(step.call_id, said)
    call = Call.objects.get(pk=step.call_id)
    if call.is_ended:
        cut_at_the_end(call)


def _agent_item(number: int) -> str:
    return f"step-{number}-agent"


def _since_answer(call: Call, moment: datetime) -> int | None:
    if call.answered_at is None:
        return None
    return max(0, round((moment - call.answered_at).total_seconds() * 1000))
