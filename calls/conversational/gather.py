"""The conversational call: `<Gather>` hears, GPT answers, Polly speaks. What each webhook of the chain is answered.

Step 0 opens (the greeting, or the continuation of a call that came down from another engine). A later step answers what
was heard behind the step before, or takes the line back from a machine, a ringing phone or a lost redirect. The first
sentence goes out at once; the rest is fetched by `<Redirect>` while it plays.
"""

import queue
import uuid

import structlog
from django.conf import settings

from calls.agent import phrases
from calls.agent.briefing import brief, chat_history
from calls.agent.phrases import BACK_AGAIN, FILLERS, GIVING_UP, NOBODY_FREE, NOT_HEARD, NOT_UNDERSTOOD, OPTED_OUT
from calls.call_log.callbacks import promise_call_back
from calls.call_log.engine_spans import begin_engine
from calls.call_log.events import log_event
from calls.compliance.opt_out import honor_opt_out
from calls.conversational import documents
from calls.conversational.documents import Ear, Spoken
from calls.conversational.generation import answer_worker
from calls.conversational.steps import (
    GROWING,
    OPENINGS,
    Part,
    answered,
    answered_rest,
    is_stalled,
    keep,
    mark_listening,
    note_cut_off,
    open_step,
    own_step,
    parts_of,
    record_filler,
    record_lead_turn,
    render,
    strikes_before,
    wait_for,
)
from calls.costs.ledger import book_usage
from calls.models import Call, ConversationStep, Engine, EventKind, Transfer
from calls.public_urls import callback_url
from calls.speech import clips
from calls.speech.sentences import split_sentences
from calls.understanding.recognition_results import RecognitionResult, Verdict, classify
from leads.models import Suppression

log = structlog.get_logger(__name__)

Kind = ConversationStep.Kind

FIRST_WORD_SECONDS = 1.5  # without one by then, a filler: with the pause that ended the turn, well below 3 s
DUPLICATE_WAITS_SECONDS = 2.5  # for the first delivery, which has a document after FIRST_WORD_SECONDS
MOST_STRIKES = 3
MOST_HINTED_CALLS = 200  # whose recognition hints a process remembers
DOUBT = (
    "The recogniser was not sure of the caller's next words. Read back what matters in them and ask whether you got "
    "it right before you save, search or book anything on them."
)
CONTINUED = (
    "The line was interrupted for a moment, in the middle of the conversation. Do not greet or introduce yourself "
    "again; go on with the thought."
)


def first_twiml(call: Call) -> str:
    """The answer to the call being picked up: the disclosure and greeting, which nobody talks over, then listening."""
    begin_engine(call.pk, Engine.CONVERSATION)
    step, mine = open_step(call, 0, Kind.OPENING)
    if not mine:
        return _repeated(call, step)
    answer_worker.warm_up()
    keep(step, _opening(call), finished=True)
    return _answer(call, step)


def _opening(call: Call) -> list[Part]:
    return answer_worker.render_all(split_sentences(brief(call).greeting), call)


def open_again_twiml(call: Call) -> str:
    """The opening for a person who comes on the line after a machine."""
    begin_engine(call.pk, Engine.CONVERSATION, reason="person")
    step, mine = own_step(call, Kind.OPENING_AGAIN)
    if not mine:
        return _repeated(call, step)
    keep(step, _opening(call), finished=True)
    return _answer(call, step)


def continue_twiml(call: Call) -> str:
    """Take the line over from another engine: answer what was said last, or ask the caller to go on. No greeting.

    Where nobody is known to have heard the opening, it comes first.
    """
    last = call.steps.order_by("number").last()
    if not _opening_was_heard(call):
        return first_twiml(call) if last is None else open_again_twiml(call)
    if last is not None and last.kind in OPENINGS:
        return _repeated(call, last)
    begin_engine(call.pk, Engine.CONVERSATION)
    step, mine = _entry(call, Kind.TAKEOVER)
    if not mine:
        return _repeated(call, step)
    said = chat_history(call)
    if said and said[-1]["role"] == "assistant":
        keep(step, [render(BACK_AGAIN, call.pk)], finished=True)
        return _answer(call, step)
    return _think(call, step, note=CONTINUED)


def _opening_was_heard(call: Call) -> bool:
    """The present person on the line is known to have heard the opening to its end (47 CFR 64.1200(b)).

    What a machine heard before them does not count. Nor does an opening the realtime engine noted with `proved` False:
    the clock says that it must have been played, but no mark has come back since, as when the stream is dead. To hear
    it twice costs ten seconds; not to hear it breaks the rule. A mark that comes late is a second note, `proved` True.
    """
    steps = call.steps.filter(kind__in=OPENINGS)
    played = call.events.filter(kind=EventKind.OPENING_PLAYED, data__proved=True)
    person = call.events.filter(kind=EventKind.PERSON_AFTER_MACHINE).last()
    if person:
        steps, played = steps.filter(received_at__gte=person.at), played.filter(at__gte=person.at)
    return steps.exists() or played.exists()


def _entry(call: Call, kind: Kind, transfer: Transfer | None = None) -> tuple[ConversationStep, bool]:
    """The step by which the chain takes the line, and whether it is new.

    Behind an older one the talk has gone on, and the line was led away and back without our knowing (a redirect that
    was taken to have failed): to answer that with the old document would play the call once more from there.
    """
    step, mine = own_step(call, kind, transfer=transfer)
    last = call.steps.order_by("number").last()
    if mine or last is None or last.pk == step.pk:
        return step, mine
    if last.kind == Kind.RETURNED:
        return last, False
    return own_step(call, Kind.RETURNED, returned_after=last.number)


def resume_twiml(call: Call, transfer: Transfer) -> str:
    """Talk on after nobody took the call that was to be put through."""
    begin_engine(call.pk, Engine.CONVERSATION, reason="no_answer")
    step, mine = _entry(call, Kind.RESUMED, transfer)
    if not mine:
        return _repeated(call, step)
    words = BACK_AGAIN if step.kind == Kind.RETURNED else NOBODY_FREE
    keep(step, [render(words, call.pk)], finished=True)
    return _answer(call, step)


def promise_twiml(call: Call, *, reason: str) -> str:
    """The last rung: a promise of a call back, which is a task, and goodbye."""
    begin_engine(call.pk, Engine.PROMISE, reason=reason)
    promise_call_back(call, reason=reason.replace("_", " "))
    step, mine = own_step(call, Kind.PROMISE)
    if not mine:
        return _repeated(call, step)
    keep(step, [render(phrases.PROMISE, call.pk)], finished=True, ends_call=True)
    return _answer(call, step)


def take_turn(call: Call, number: int, heard: RecognitionResult) -> str:
    """The answer to the `number`-th thing heard; the same one when the webhook comes again."""
    verdict = classify(heard)
    if verdict == Verdict.OPT_OUT:  # before all else, and again when it comes again: a process may die behind the step
        _honour(call, heard)
    step, mine = open_step(call, number, Kind.TURN, verdict=verdict, heard=heard.text, confidence=heard.confidence)
    if not mine:
        return _repeated(call, step)
    unheard = _take_words(step, heard)
    log_event(call.pk, EventKind.HEARD, step=number, verdict=verdict, confidence=heard.confidence)
    match verdict:
        case Verdict.OPT_OUT:
            return _let_go(call, step)
        case Verdict.EMPTY | Verdict.UNSURE:
            return _ask_again(call, step, NOT_HEARD if verdict == Verdict.EMPTY else NOT_UNDERSTOOD)
        case Verdict.HESITATION:
            keep(step, list(unheard), finished=True)  # a sound made while thinking is no reason to leave off
            return _answer(call, step)
        case Verdict.INVENTED:
            return _listen_on(call, step, unheard)
        case Verdict.DOUBTFUL:
            return _think(call, step, note=DOUBT)
        case _:
            return _think(call, step)


def more_twiml(call: Call, number: int, first: int, waited: int) -> str:
    """The rest of an answer, from part `first` on. `waited` counts the fillers spoken since."""
    step = ConversationStep.objects.select_related("call").filter(call=call, number=number).first()
    if step is None:
        return documents.listen([], _ear(call, number))
    place = f"{first}/{waited}"
    there = wait_for(
        step, lambda row: place in row.more or len(row.parts) > first or _finished(row), seconds=FIRST_WORD_SECONDS
    )
    if place in step.more:
        return str(step.more[place])
    if not there and not is_stalled(step):
        return _bridge_rest(call, step, first, waited, place=place)
    if not there:
        _rescue(call, step)
    document, mine = answered_rest(step, place, _document(call, step, first))
    if mine:
        _goes_out(call, step, first)
    return document


def _take_words(step: ConversationStep, heard: RecognitionResult) -> tuple[Part, ...]:
    """What the caller said goes into the transcript; the parts of our last prompt he talked into and never heard."""
    if not step.heard:
        return ()
    unheard = () if heard.digits else note_cut_off(step, pause_seconds=documents.PAUSE_SECONDS)
    if step.verdict != Verdict.INVENTED:
        record_lead_turn(step, pause_ms=1000 * documents.PAUSE_SECONDS)
    return unheard


def _listen_on(call: Call, step: ConversationStep, unheard: tuple[Part, ...]) -> str:
    """Nobody said what the recogniser made of a noise: go on where it cut us off. Time and again it is a silence."""
    if strikes_before(step) >= (2 if unheard else 1):
        return _ask_again(call, step, NOT_HEARD)
    keep(step, list(unheard), finished=True)
    return _answer(call, step)


def _think(call: Call, step: ConversationStep, *, note: str = "") -> str:
    """Have the answer made; speak what there is once its first sentence is there, or a filler when it takes long."""
    news = answer_worker.begin(call, step, note=note)
    try:
        news.get(timeout=FIRST_WORD_SECONDS)
    except queue.Empty:
        return _bridged(call, step)
    step.refresh_from_db(fields=[*GROWING])
    return _answer(call, step)


def _honour(call: Call, heard: RecognitionResult) -> None:
    reason = Suppression.Reason.KEYPAD if heard.digits else Suppression.Reason.VERBAL_REQUEST
    honor_opt_out(call, heard=heard.text, reason=reason)


def _bridged(call: Call, step: ConversationStep) -> str:
    filler = _filler(call, 0)
    record_filler(step, filler, first=0, waited=0)
    return answered(step, _bridge(call, step, filler, 0, 0))


def _let_go(call: Call, step: ConversationStep) -> str:
    """Nobody who said stop is argued with or called again."""
    keep(step, [render(OPTED_OUT, call.pk)], finished=True, ends_call=True)
    return _answer(call, step)


def _ask_again(call: Call, step: ConversationStep, prompts: tuple[str, ...]) -> str:
    strikes = strikes_before(step)
    if strikes + 1 >= MOST_STRIKES:
        _give_up_hearing(call, step)
    else:
        keep(step, [render(prompts[min(strikes, len(prompts) - 1)], call.pk)], finished=True)
    return _answer(call, step)


def _give_up_hearing(call: Call, step: ConversationStep) -> None:
    """Somebody who speaks and is not understood gets a person; where nobody speaks, the call ends with a promise."""
    reason = "the AI could not understand the lead"
    if step.verdict == Verdict.UNSURE and answer_worker.give_to_colleague(
        call, step, [], part="hearing", reason=reason
    ):
        return
    promise_call_back(call, reason="the AI could not hear the lead")
    log_event(
        call.pk, EventKind.FALLBACK, dedupe_key="fallback:hearing", part="hearing", to="call_back", reason="strikes"
    )
    begin_engine(call.pk, Engine.PROMISE, reason="not_heard")
    keep(step, [render(GIVING_UP, call.pk)], finished=True, ends_call=True)


def _repeated(call: Call, step: ConversationStep) -> str:
    """A webhook that came again: the first one's document, waiting for it when it is still in the making.

    That takes a second or two. When it does not come, its process has died, and the wait is bridged until another one
    gives up on it; before an opening nothing else may be said.
    """
    if wait_for(step, lambda row: bool(row.twiml), seconds=DUPLICATE_WAITS_SECONDS):
        return step.twiml
    if is_stalled(step):
        _rescue(call, step)
        return _answer(call, step)
    if step.kind in OPENINGS:
        return documents.wait(callback_url("twilio_gather", call.pk, step.number))
    return _bridged(call, step)


def _rescue(call: Call, step: ConversationStep) -> None:
    """Finish a step whose process died: what it had, and an apology; of an opening the opening, which must be heard."""
    log.warning("answer stalled, finished by another process", call=str(call.pk), step=step.number)
    opening = step.kind in OPENINGS
    parts = _opening(call) if opening else [*parts_of(step), render(phrases.APOLOGY, call.pk)]
    if not keep(step, parts, finished=True, failure="" if opening else "stalled"):
        step.refresh_from_db(fields=[*GROWING])


def _answer(call: Call, step: ConversationStep) -> str:
    _goes_out(call, step, 0)
    return answered(step, _document(call, step, 0))


def _document(call: Call, step: ConversationStep, first: int) -> str:
    """What is known from part `first` on: the end of the call, the rest by redirect, or listening again."""
    parts = parts_of(step)
    words = [spoken(part) for part in parts[first:]]
    if not _finished(step):
        return documents.go_on(words, callback_url("twilio_gather_more", call.pk, step.number, len(parts), 0))
    if step.hands_over:
        return documents.go_on(words, callback_url("twilio_transfer", call.pk))
    if step.ends_call:
        return documents.end(words)
    return documents.listen(words, _ear(call, step.number, opening=step.kind in OPENINGS))


def _goes_out(call: Call, step: ConversationStep, first: int) -> None:
    """Note what follows from playing the document that begins with part `first`."""
    if not _finished(step) or step.hands_over:
        return
    if step.ends_call:
        log_event(call.pk, EventKind.GOODBYE, dedupe_key="goodbye", step=step.number)
        return
    book_usage(call.pk, "twilio.gather", 1, key=f"gather:{step.number + 1}")
    mark_listening(step, first)


def _bridge_rest(call: Call, step: ConversationStep, first: int, waited: int, *, place: str) -> str:
    filler = _filler(call, waited)
    document, mine = answered_rest(step, place, _bridge(call, step, filler, first, waited))
    if mine:
        record_filler(step, filler, first=first, waited=waited)
    return document


def _bridge(call: Call, step: ConversationStep, filler: Part, first: int, waited: int) -> str:
    return documents.go_on(
        [spoken(filler)], callback_url("twilio_gather_more", call.pk, step.number, first, waited + 1)
    )


def _filler(call: Call, waited: int) -> Part:
    return render(FILLERS[min(waited, len(FILLERS) - 1)], call.pk)


def _ear(call: Call, number: int, *, opening: bool = False) -> Ear:
    return Ear(
        action=callback_url("twilio_gather", call.pk, number + 1),
        hints=_hints(call),
        speech_model=settings.TWILIO_SPEECH_MODEL,
        language=call.lead.language,
        barge_in=not opening,  # the disclosure is heard to its end; the keypad works all the while
        one_key=opening,  # the one it names ends the call at once; later the caller may type a number
        partial=callback_url("twilio_partial", call.pk, number + 1) if settings.EARLY_ANSWERS else "",
    )


def _hints(call: Call) -> tuple[str, ...]:
    """The words to expect; they hardly change within a call, and cost queries."""
    hints = _hints_of.get(call.pk)
    if hints is None:
        if len(_hints_of) >= MOST_HINTED_CALLS:
            _hints_of.clear()
        hints = _hints_of[call.pk] = brief(call).hints
    return hints


_hints_of: dict[uuid.UUID, tuple[str, ...]] = {}


def spoken(part: Part) -> Spoken:
    """A rendered part as a document plays it."""
    return Spoken(part.text, clips.clip_url(part.digest) if part.digest else "")


def _finished(step: ConversationStep) -> bool:
    return step.finished_at is not None
