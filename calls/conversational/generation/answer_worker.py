"""Makes the AI's answer of a step, sentence by sentence, while the line already plays its beginning.

The work runs in a pool of its own, because the first sentence is sent off before the last one is written. It is bound
to the step's row: once somebody else has finished the step, what is still made is dropped.
"""

import queue
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate

import structlog
from django.db import close_old_connections
from django.utils.timezone import now

from calls.agent.colleagues import request_transfer
from calls.agent.phrases import APOLOGY, PROMISE, SOMEBODY_ELSE
from calls.call_log.callbacks import promise_call_back
from calls.call_log.engine_spans import begin_engine
from calls.call_log.events import log_event
from calls.conversational.generation.llm_turn import Sentence, answer
from calls.conversational.generation.preemptive import chat_for
from calls.conversational.steps import Part, failed_before, is_open, keep, parts_of, render, unvoiced
from calls.models import Call, ConversationStep, Engine, EventKind, Transfer
from calls.providers import ProviderError, polly
from calls.providers.openai import chat

log = structlog.get_logger(__name__)

MOST_ANSWERS = 64  # at a time in this process; each live call needs one at most
RETRY_WITHIN_SECONDS = 3.0  # a failure later than this leaves no time for another try
RENDER_SECONDS = 2.0  # for an opening that waits in no cache: somebody has picked up and hears nothing yet

type News = queue.SimpleQueue[None]

_pool = ThreadPoolExecutor(MOST_ANSWERS, thread_name_prefix="answer")


def begin(call: Call, step: ConversationStep, *, note: str = "") -> News:
    """Start making the answer; every item of the returned queue says that the step's row has grown."""
    news: News = queue.SimpleQueue()
    _pool.submit(_work, step.pk, note, news)
    return news


def render_all(texts: Sequence[str], call: Call) -> list[Part]:
    """Render several texts at the same time; the carrier itself says what is not there after `RENDER_SECONDS`."""
    deadline = time.monotonic() + RENDER_SECONDS
    made = [(text, _pool.submit(_render_alone, text, call.pk)) for text in texts]
    return [_in_time(text, part, deadline) for text, part in made]


def warm_up() -> None:
    """Make this process's clients of the vendors while the opening plays: the first one costs some 100 ms."""
    _pool.submit(polly.warm_up)
    _pool.submit(chat)


def _in_time(text: str, part: Future[Part], deadline: float) -> Part:
    try:
        return part.result(max(0.0, deadline - time.monotonic()))
    except TooLate:
        return unvoiced(text)


def _render_alone(text: str, call_id: uuid.UUID) -> Part:
    close_old_connections()
    try:
        return render(text, call_id)
    finally:
        close_old_connections()


def _work(step_id: int, note: str, news: News) -> None:
    close_old_connections()
    try:
        steps = ConversationStep.objects.select_related("call__lead", "call__placed_by", "call__comparison")
        step = steps.get(pk=step_id)
        try:
            make(step.call, step, note=note, news=news)
        except Exception as error:  # the caller must never be left with silence
            log.exception("answer not made, apologising", call=str(step.call_id), error=type(error).__name__)
            step.refresh_from_db(fields=["parts"])  # what was said already stays said
            keep(step, [*parts_of(step), render(APOLOGY, step.call_id)], finished=True, failure="internal")
    finally:
        news.put(None)
        close_old_connections()


def make(call: Call, step: ConversationStep, *, note: str = "", news: News | None = None) -> None:
    """Make the whole answer: render each sentence, store it, tell the news. A failing model ends in an apology."""
    parts: list[Part] = []
    try:
        for sentence in _patiently(call, step, note):
            if sentence.text:
                parts.append(render(sentence.text, call.pk))
            if sentence.last and not parts:
                raise ProviderError("The model said nothing", code="empty")
            if not _keep_so_far(step, parts, sentence):
                return
            if news is not None:
                news.put(None)
    except ProviderError as error:
        _give_way(call, step, parts, error)


def _keep_so_far(step: ConversationStep, parts: list[Part], sentence: Sentence) -> bool:
    return keep(step, parts, finished=sentence.last, ends_call=sentence.ends_call, hands_over=sentence.hands_over)


def _patiently(call: Call, step: ConversationStep, note: str) -> Iterator[Sentence]:
    """The answer, asked for once more when the first request failed at once and nothing has been said."""
    began, said = time.monotonic(), False
    try:
        for sentence in answer(call, model=chat_for(step), note=note, is_wanted=lambda: is_open(step)):
            said = True
            yield sentence
        return
    except ProviderError as error:
        late = time.monotonic() - began > RETRY_WITHIN_SECONDS
        if said or late or error.permanent:
            raise
        log.warning("model failed, asked again", call=str(call.pk), code=error.code)
    yield from answer(call, model=chat(), note=note, is_wanted=lambda: is_open(step))


def give_to_colleague(call: Call, step: ConversationStep, parts: list[Part], *, part: str, reason: str) -> bool:
    """Announce a colleague and lead the line to one; False when nobody can be rung. `part` is what failed."""
    asked = request_transfer(call, Transfer.Reason.TECH, summary=reason, at=now(), back_to=None)
    if asked is None:
        return False
    log_event(
        call.pk,
        EventKind.FALLBACK,
        dedupe_key=f"fallback:{part}:{step.number}",
        part=part,
        to="colleague",
        reason=reason,
    )
    keep(step, [*parts, render(SOMEBODY_ELSE, call.pk)], finished=True, hands_over=True, failure=reason)
    return True


def _give_way(call: Call, step: ConversationStep, parts: list[Part], error: ProviderError) -> None:
    """The first failure apologises. A second in a row, or one that will not change, gives the call to a person.

    Where nobody can be rung, a promise that a person calls back ends the call.
    """
    log.warning("model failed", call=str(call.pk), code=error.code)
    reason = f"the AI failed ({error.code})"
    if not (failed_before(step) or error.permanent):
        _note_fallback(call, step, error, to="apology")
        keep(step, [*parts, render(APOLOGY, call.pk)], finished=True, failure=error.code or "failed")
    elif not give_to_colleague(call, step, parts, part="model", reason=reason):
        _note_fallback(call, step, error, to="call_back")
        promise_call_back(call, reason=reason)
        begin_engine(call.pk, Engine.PROMISE, reason=reason)
        keep(step, [*parts, render(PROMISE, call.pk)], finished=True, ends_call=True, failure=error.code or "failed")


def _note_fallback(call: Call, step: ConversationStep, error: ProviderError, *, to: str) -> None:
    key = f"fallback:model:{step.number}"
    log_event(call.pk, EventKind.FALLBACK, dedupe_key=key, part="model", to=to, reason=error.code)
