"""The ways into the conversational engine: how each of them takes a step, and what it says there.

Step 0 opens, or goes on with a call that another engine held. A later step answers what was heard after the step
before, or takes the line back from a machine, a ringing phone or a lost redirect. The first sentence goes out at once;
the rest is fetched by `<Redirect>` while it plays.
"""

from django.db import transaction

from calls.agent.briefing import chat_history
from calls.call_log.callbacks import promise_call_back
from calls.call_log.engine_spans import begin_engine
from calls.compliance.opt_out import keep_opt_out
from calls.compliance.opt_out_words import opt_out_by
from calls.conversational import continuation, reply, steps, turn, turn_log
from calls.conversational.generation import answer_worker
from calls.conversational.steps import OPENINGS, Kind
from calls.conversational.timing import TIMING, Timing
from calls.conversational.turn import Reply, Then
from calls.models import Call, ConversationStep, Engine, EventKind, Transfer
from calls.understanding.recognition_results import RecognitionResult, classify
from leads.models import Suppression


def take_turn(
    call: Call, number: int, heard: RecognitionResult, *, timing: Timing = TIMING, was_held: bool = False
) -> str:
    """The answer to the `number`-th thing heard; the same one when the webhook comes again.

    `was_held`: the database went away over an earlier try, so nobody else is at work on what needs no model.
    """
    clear = _keep_wish(call, heard)
    asked = steps.asked_to_stop(call, before=number)
    if asked and not clear:
        _keep_wish(call, heard, asked=True)
    verdict = classify(heard, asked_to_stop=asked)
    with transaction.atomic():  # what was heard stands in the transcript, or the step is not taken
        step, mine = steps.take(call, number, Kind.TURN, verdict=verdict, heard=heard.text, confidence=heard.confidence)
        state, cut = steps.before(step, typed=bool(heard.digits), asked=asked)
        if mine:
            turn_log.heard(step, cut)
    if not mine and not (was_held and steps.is_left(step)):
        return continuation.again(step, timing)
    said = turn.decide(verdict, state)
    if said.then is Then.MORE:
        return answer_worker.answer_twiml(step, note=said.note, timing=timing)
    return reply.give(step, said)


def _keep_wish(call: Call, heard: RecognitionResult, *, asked: bool = False) -> bool:
    """Keep an opt-out first, before any row is read, and again when it comes again: a process may die after a step."""
    wish = opt_out_by(speech=heard.speech, keys=heard.digits, asked=asked)
    if wish:
        keep_opt_out.keep(call.pk, heard=heard.text, reason=Suppression.Reason(wish).value)
    return wish is not None


def first_twiml(call: Call, *, timing: Timing = TIMING) -> str:
    """The answer to the call being picked up: the disclosure and greeting, which nobody talks over, then listening."""
    begin_engine(call.pk, Engine.CONVERSATION)
    step, mine = steps.take(call, 0, Kind.OPENING)
    if mine:
        answer_worker.warm_up()
    return _given(step, mine, turn.OPENING, timing)


def open_again_twiml(call: Call, *, timing: Timing = TIMING) -> str:
    """The opening for a person who comes on the line after a machine."""
    begin_engine(call.pk, Engine.CONVERSATION, reason="person")
    return _given(*steps.take_next(call, Kind.OPENING_AGAIN), turn.OPENING, timing)


def continue_twiml(call: Call, *, timing: Timing = TIMING) -> str:
    """Take the line over from another engine: answer what was said last, or ask the caller to go on. No greeting.

    Where nobody is known to have heard the opening, it comes first.
    """
    last = call.steps.last()
    if not _opening_was_heard(call, timing):
        return first_twiml(call, timing=timing) if last is None else open_again_twiml(call, timing=timing)
    if last is not None and last.kind in OPENINGS:
        return continuation.again(last, timing)
    begin_engine(call.pk, Engine.CONVERSATION)
    step, mine = steps.take_line(call, Kind.TAKEOVER)
    if not mine:
        return continuation.again(step, timing)
    so_far = chat_history(call)
    said = turn.took_over(spoke_last=bool(so_far) and so_far[-1]["role"] == "assistant")
    if said.then is Then.MORE:
        return answer_worker.answer_twiml(step, note=said.note, timing=timing)
    return reply.give(step, said)


def resume_twiml(call: Call, transfer: Transfer, *, timing: Timing = TIMING) -> str:
    """Talk on after nobody took the call that was to be put through."""
    begin_engine(call.pk, Engine.CONVERSATION, reason="no_answer")
    step, mine = steps.take_line(call, Kind.RESUMED, transfer)
    return _given(step, mine, turn.BACK_AGAIN if step.kind == Kind.RETURNED else turn.NOBODY_FREE, timing)


def promise_twiml(call: Call, *, reason: str, timing: Timing = TIMING) -> str:
    """The last rung: a promise of a call back, which is a task, and goodbye."""
    begin_engine(call.pk, Engine.PROMISE, reason=reason)
    promise_call_back(call, reason=reason.replace("_", " "))
    return _given(*steps.take_next(call, Kind.PROMISE), turn.PROMISE, timing)


def _given(step: ConversationStep, mine: bool, said: Reply, timing: Timing) -> str:
    return reply.give(step, said) if mine else continuation.again(step, timing)


def _opening_was_heard(call: Call, timing: Timing) -> bool:
    """As is known once a stream's engine has written down all it knows: the carrier may be here before that."""
    if call.stream_claimed_at is not None:
        left = call.events.filter(kind=EventKind.ENGINE_LEFT, at__gte=call.stream_claimed_at)
        known = timing.stream_settled
        timing.wait(lambda: _is_known_heard(call) or left.exists(), look_again=lambda: None, seconds=known)
    return _is_known_heard(call)


def _is_known_heard(call: Call) -> bool:
    """The present person on the line is known to have heard the opening to its end (47 CFR 64.1200(b)).

    What a machine heard before them does not count. Nor does an opening the realtime engine noted with `proved` False:
    the clock says that it must have been played, but no mark has come back since, as when the stream is dead. To hear
    it twice costs ten seconds; not to hear it breaks the rule. A mark that comes late is a second note, `proved` True.
    """
    opened = call.steps.filter(kind__in=OPENINGS)
    played = call.events.filter(kind=EventKind.OPENING_PLAYED, data__proved=True)
    person = call.events.filter(kind=EventKind.PERSON_AFTER_MACHINE).last()
    if person:
        opened, played = opened.filter(received_at__gte=person.at), played.filter(at__gte=person.at)
    return opened.exists() or played.exists()
