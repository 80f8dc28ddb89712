"""Makes the AI's answer of a step, sentence by sentence, while the line already plays its beginning.

The work runs in a pool of its own, because the first sentence is sent off before the last one is written. It is bound
to the step's row: once somebody else has finished the step, what is still made is dropped.
"""

import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.db import close_old_connections

from calls.conversational import reply, steps, turn, voice
from calls.conversational.generation.llm_turn import Sentence, answer
from calls.conversational.generation.preemptive import chat_for
from calls.conversational.timing import TIMING, Timing
from calls.conversational.turn import Part, Reply, State, Then
from calls.database.outage import is_outage
from calls.database.writes import take_in_of
from calls.models import ConversationStep
from calls.providers import ProviderError
from calls.providers.openai import chat

log = structlog.get_logger(__name__)

OUTAGE_GLANCE = 0.5  # seconds between two looks whether the database is back
MOST_ANSWERS = 64  # at a time in this process; each live call needs one at most

_pool = ThreadPoolExecutor(MOST_ANSWERS, thread_name_prefix="answer")


def answer_twiml(step: ConversationStep, *, note: str = "", timing: Timing = TIMING) -> str:
    """Have the answer made; the document of what is there in time, else of a filler. The rest grows in the row."""
    something = threading.Event()
    _pool.submit(_work, step.pk, step.call_id, note, timing, something)
    if not something.wait(timing.first_word):
        return reply.bridge(step)
    steps.look_again(step)
    return reply.speak(step)


def make(
    step: ConversationStep, *, note: str = "", timing: Timing = TIMING, something: threading.Event | None = None
) -> None:
    """Make the whole answer: render each sentence and store it. A model that fails gives way."""
    parts: list[Part] = []
    try:
        for sentence in _patiently(step, note, timing):
            if sentence.text:
                parts.append(voice.VOICE.part(sentence.text, step.call_id))
            if sentence.last and not parts:
                raise ProviderError("The model said nothing", code="empty")
            if not _keep(step, parts, sentence):
                return
            if something is not None:
                something.set()
    except ProviderError as error:
        log.warning("model failed", call=str(step.call_id), code=error.code)
        state = State(failed=steps.failed_before(step))
        reply.settle(step, turn.give_way(error.code, permanent=error.permanent, state=state), said=parts)


def warm_up() -> None:
    """Make this process's clients of the vendors while the opening plays: the first one costs some 100 ms."""
    voice.warm_up()
    _pool.submit(chat)


def _work(step_id: int, call_id: uuid.UUID, note: str, timing: Timing, something: threading.Event) -> None:
    try:
        _until_made(step_id, call_id, note, timing, something)
    finally:
        something.set()
        close_old_connections()


def _until_made(step_id: int, call_id: uuid.UUID, note: str, timing: Timing, something: threading.Event) -> None:
    """Make the answer, again from what was said already when the database went away and came back meanwhile.

    The webhook that waits for it holds the line; after `stalled` it has given the answer up.
    """
    until = time.monotonic() + timing.stalled
    while True:
        close_old_connections()
        try:
            return _make_or_apologize(step_id, note, timing, something)
        except Exception as error:
            something.set()
            if not is_outage(error) or time.monotonic() > until:
                raise
        time.sleep(OUTAGE_GLANCE)
        take_in_of(call_id)  # a tool of this answer may be among it, which the model has to hear of


def _make_or_apologize(step_id: int, note: str, timing: Timing, something: threading.Event) -> None:
    known = ConversationStep.objects.select_related("call__lead", "call__placed_by", "call__comparison")
    step = known.get(pk=step_id)
    if steps.is_finished(step):
        return
    try:
        if step.parts:  # of a first try: to say it once more would be worse than to ask
            reply.settle(step, turn.apology("database"), said=steps.parts_of(step))
            return
        make(step, note=note, timing=timing, something=something)
    except Exception as error:  # the caller must never be left with silence
        if is_outage(error):
            raise
        log.exception("answer not made, apologizing", call=str(step.call_id), error=type(error).__name__)
        steps.look_again(step)  # what was said already stays said
        reply.settle(step, turn.apology("internal"), said=steps.parts_of(step))


def _keep(step: ConversationStep, parts: list[Part], sentence: Sentence) -> bool:
    if not sentence.last:
        return steps.grow(step, parts)
    then = Then.HAND_OVER if sentence.hands_over else Then.END if sentence.ends_call else Then.LISTEN
    return reply.settle(step, Reply(then, parts=tuple(parts)))


def _patiently(step: ConversationStep, note: str, timing: Timing) -> Iterator[Sentence]:
    """The answer, asked for once more when the first request failed at once and nothing has been said."""
    began, said = timing.clock.now(), False

    def is_wanted() -> bool:
        return steps.is_open(step)

    try:
        for sentence in answer(step.call, model=chat_for(step, timing), note=note, is_wanted=is_wanted):
            said = True
            yield sentence
        return
    except ProviderError as error:
        seconds = timing.clock.now() - began
        if not timing.may_ask_again(seconds, said=said, permanent=error.permanent):
            raise
        log.warning("model failed, asked again", call=str(step.call_id), code=error.code)
    yield from answer(step.call, model=chat(), note=note, is_wanted=is_wanted)
