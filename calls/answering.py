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

from calls.chain import Part, failed_before, keep, render, unvoiced
from calls.conversation import Sentence, answer
from calls.events import log_event
from calls.models import Call, ChainStep
from calls.promises import promise_call_back
from calls.providers import ProviderError, polly
from calls.providers.openai import chat

log = structlog.get_logger(__name__)

MOST_ANSWERS = 64  # at a time in this process; each live call needs one at most
RETRY_WITHIN_SECONDS = 3.0  # a failure later than this leaves no time for another try
RENDER_SECONDS = 2.0  # for an opening that waits in no cache: somebody has picked up and hears nothing yet
APOLOGY = "I'm sorry, I lost you for a moment. Could you say that again?"
PROMISE = "I'm sorry, I'm having technical trouble on this line. One of our agents will call you back shortly. Goodbye."

type News = queue.SimpleQueue[None]

_pool = ThreadPoolExecutor(MOST_ANSWERS, thread_name_prefix="answer")


def begin(call: Call, step: ChainStep, *, note: str = "") -> News:
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
        step = ChainStep.objects.select_related("call__lead", "call__placed_by", "call__comparison").get(pk=step_id)
        try:
            make(step.call, step, note=note, news=news)
        except Exception as error:  # the caller must never be left with silence
            log.exception("answer not made, apologising", call=str(step.call_id), error=type(error).__name__)
            keep(step, [render(APOLOGY, step.call_id)], finished=True, failure="internal")
    finally:
        news.put(None)
        close_old_connections()


def make(call: Call, step: ChainStep, *, note: str = "", news: News | None = None) -> None:
    """Make the whole answer: render each sentence, store it, tell the news. A failing model ends in an apology."""
    parts: list[Part] = []
    try:
        for sentence in _patiently(call, note):
            if sentence.text:
                parts.append(render(sentence.text, call.pk))
            if sentence.last and not parts:
                raise ProviderError("The model said nothing", code="empty")
            if not keep(step, parts, finished=sentence.last, ends_call=sentence.ends_call):
                return
            if news is not None:
                news.put(None)
    except ProviderError as error:
        _give_way(call, step, parts, error)


def _patiently(call: Call, note: str) -> Iterator[Sentence]:
    """The answer, asked for once more when the first request failed at once and nothing has been said."""
    began, said = time.monotonic(), False
    try:
        for sentence in answer(call, model=chat(), note=note):
            said = True
            yield sentence
        return
    except ProviderError as error:
        late = time.monotonic() - began > RETRY_WITHIN_SECONDS
        if said or late or error.permanent:
            raise
        log.warning("model failed, asked again", call=str(call.pk), code=error.code)
    yield from answer(call, model=chat(), note=note)


def _give_way(call: Call, step: ChainStep, parts: list[Part], error: ProviderError) -> None:
    """The first failure apologises; a second in a row promises that a person will call back, and ends the call."""
    log.warning("model failed", call=str(call.pk), code=error.code)
    again = failed_before(step)
    text = PROMISE if again else APOLOGY
    key = f"fallback:model:{step.number}"
    to = "call_back" if again else "apology"
    log_event(call.pk, "fallback", dedupe_key=key, part="model", to=to, reason=error.code)
    if again:
        promise_call_back(call, reason=f"the AI failed ({error.code})")
    keep(step, [*parts, render(text, call.pk)], finished=True, ends_call=again, failure=error.code or "failed")
