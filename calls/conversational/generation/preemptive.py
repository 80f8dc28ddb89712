"""Answers begun early: on what the carrier has understood so far, while the pause that ends the caller's turn runs.

Such an answer runs no tool and says nothing. It is used when the final result, with all that was said and done before
it, makes the same request; else it is dropped. Both kinds cost, and are booked. The rows are the only link between who
writes an answer and who uses it, so it may be two processes.
"""

import hashlib
import json
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, close_old_connections, transaction
from django.db.models import F
from django.utils.timezone import now

from calls.conversational import barge_in
from calls.conversational.generation.llm_turn import request
from calls.conversational.steps import parts_of
from calls.conversational.timing import TIMING, Timing
from calls.costs.ledger import book_chat_usage
from calls.models import Call, ConversationStep, EarlyAnswer
from calls.providers import Chat, ChatEnd, Piece, ProviderError, TextPiece, ToolRequest
from calls.providers.openai import chat
from calls.speech import clips
from calls.speech.sentences import SentenceSplitter
from calls.understanding.recognition_results import PartialResult, may_be_complete, plain_words

log = structlog.get_logger(__name__)

MOST_TRIES = 4  # for one turn, each at the price of an answer without its sound, 0.0003 USD with gpt-4o-mini
MOST_REMEMBERED = 1000  # turns whose newest partial result a process knows

_pool = ThreadPoolExecutor(32, thread_name_prefix="early")
# Per call and step. A partial result another process got is not known here: that costs a try, never a wrong answer.
_newest: dict[tuple[uuid.UUID, int], int] = {}


def take_partial(call: Call, number: int, partial: PartialResult) -> None:
    """Begin the answer to step `number` if the caller may have said it all, unless they go on. Returns at once."""
    turn = (call.pk, number)
    if partial.sequence <= _newest.get(turn, -1):
        return
    if len(_newest) >= MOST_REMEMBERED:
        _newest.clear()
    _newest[turn] = partial.sequence
    if settings.EARLY_ANSWERS and may_be_complete(partial.words):
        _pool.submit(begin, call.pk, number, partial)


def begin(call_id: uuid.UUID, number: int, partial: PartialResult, timing: Timing = TIMING) -> None:
    """Wait whether the caller goes on; if not, have the answer written, to its end. Never raises."""
    timing.clock.sleep(timing.settled)
    if not _is_newest(call_id, number, partial):
        return
    close_old_connections()
    try:
        call = Call.objects.select_related("lead", "placed_by", "comparison").get(pk=call_id)
        if not call.is_ended and _is_worth_it(call, number):
            _answer(call, number, partial, timing)
    except Exception as error:  # nobody waits for it: the turn is answered without
        log.exception("early answer not made", call=str(call_id), error=type(error).__name__)
    finally:
        close_old_connections()


def _is_newest(call_id: uuid.UUID, number: int, partial: PartialResult) -> bool:
    return _newest.get((call_id, number), partial.sequence) == partial.sequence


def chat_for(step: ConversationStep, timing: Timing = TIMING) -> Chat:
    """The chat model, for which the first answer of this step may have been begun already."""
    return _Foretold(step, chat(), timing) if settings.EARLY_ANSWERS else chat()


def digest(messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]]) -> str:
    """Names a request by what its answer depends on: not the clock in the instructions, nor how the words are spelt."""
    *before, last = messages[1:]
    words = plain_words(str(last["content"])) if last["role"] == "user" else last
    return hashlib.sha256(json.dumps([before, words, list(tools)], sort_keys=True).encode()).hexdigest()


def replay(early: EarlyAnswer, timing: Timing) -> Iterator[Piece]:
    """Give the answer as whoever writes it goes on; ProviderError when there is no sign of them any more."""
    given, beats, seen = 0, early.beats, timing.clock.now()
    while True:
        early.refresh_from_db()
        if early.beats > beats or len(early.text) > given:
            beats, seen = early.beats, timing.clock.now()
        if len(early.text) > given:
            yield TextPiece(early.text[given:])
            given = len(early.text)
        if early.finished_at:
            yield ChatEnd(tools=tuple(ToolRequest(**tool) for tool in early.tools), request_id=early.request_id)
            return
        if early.failed or timing.is_lost(timing.clock.now() - seen, said=bool(given)):
            raise ProviderError("The early answer broke off", code="early_lost")
        timing.clock.sleep(timing.glance)


class _Foretold:
    """`Chat` that gives the early answer to the very request it was made for, and asks the model everything else."""

    def __init__(self, step: ConversationStep, model: Chat, timing: Timing) -> None:
        self.model = model.model
        self._step, self._model, self._timing = step, model, timing

    def stream(self, messages: Sequence[dict[str, Any]], *, tools: Sequence[dict[str, Any]] = ()) -> Iterator[Piece]:
        """As the model's. An early answer's usage is booked by who made it, so its end names none."""
        early = _take(self._step, digest(messages, tools))
        return replay(early, self._timing) if early else self._model.stream(messages, tools=tools)


def _take(step: ConversationStep, asked: str) -> EarlyAnswer | None:
    fitting = EarlyAnswer.objects.filter(call=step.call_id, number=step.number, asked=asked, failed=False)
    return fitting.first() if fitting.filter(used_at=None).update(used_at=now()) else None


def _is_worth_it(call: Call, number: int) -> bool:
    """Not for a taken turn, not again and again, nor while our prompt plays: what will be heard of it is open."""
    if EarlyAnswer.objects.filter(call=call, number=number).count() >= MOST_TRIES:
        return False
    steps = ConversationStep.objects.filter(call=call, number__in=(number - 1, number))
    taken = {step.number: step for step in steps}
    return number not in taken and number - 1 in taken and not _is_still_speaking(taken[number - 1])


def _is_still_speaking(step: ConversationStep) -> bool:
    if step.listens_at is None:
        return True
    seconds = sum(part.seconds for part in parts_of(step)[step.listens_from :])
    return now() < step.listens_at + timedelta(seconds=barge_in.TO_THE_EAR_SECONDS + seconds)


def _answer(call: Call, number: int, partial: PartialResult, timing: Timing) -> None:
    messages, tools = request(call)
    messages.append({"role": "user", "content": partial.words})
    try:
        with transaction.atomic():
            early = EarlyAnswer.objects.create(call=call, number=number, asked=digest(messages, tools))
    except IntegrityError:
        return
    try:
        _write(early, partial, chat(), messages, tools, timing)
    except Exception as error:
        log.warning("early answer failed", call=str(call.pk), code=getattr(error, "code", type(error).__name__))
        EarlyAnswer.objects.filter(pk=early.pk).update(failed=True)


def _write(
    early: EarlyAnswer,
    partial: PartialResult,
    model: Chat,
    messages: list[dict[str, Any]],
    tools: list[dict[str, Any]],
    timing: Timing,
) -> None:
    """Keep the answer as it comes, by sentences; the first one once it is there as sound."""
    cutter, text, beat_at = SentenceSplitter(), "", timing.clock.now()
    for piece in model.stream(messages, tools=tools):
        if timing.clock.now() - beat_at > timing.beat:
            beat_at = timing.clock.now()
            EarlyAnswer.objects.filter(pk=early.pk).update(beats=F("beats") + 1)
        match piece:
            case TextPiece():
                text += piece.text
                if whole := cutter.feed(piece.text):
                    _voice(early, partial, whole[0])
                    EarlyAnswer.objects.filter(pk=early.pk).update(text=text)
            case ChatEnd():
                _voice(early, partial, cutter.flush())
                _finish(early, text, piece, model=model.model)


def _finish(early: EarlyAnswer, text: str, end: ChatEnd, *, model: str) -> None:
    """Store the whole answer. One that was cut short is none: the turn is answered anew."""
    request_id = end.request_id or uuid.uuid4().hex
    if end.usage is not None:
        book_chat_usage(early.call_id, end.usage, request_id=request_id, model=model)
    if end.cut:
        raise ProviderError("The answer was cut short", code=end.cut)
    tools = [{"id": tool.id, "name": tool.name, "arguments": tool.arguments} for tool in end.tools]
    EarlyAnswer.objects.filter(pk=early.pk).update(text=text, tools=tools, request_id=request_id, finished_at=now())


def _voice(early: EarlyAnswer, partial: PartialResult, sentence: str) -> None:
    """Have the clip of the first sentence in the cache, unless the caller has gone on meanwhile.

    If the voice fails, who uses the answer finds that out and has the carrier speak.
    """
    if early.first_at is not None or not sentence or not _is_newest(early.call_id, early.number, partial):
        return
    try:
        clips.clip(sentence, call_id=early.call_id)
    except ProviderError as error:
        log.warning("early clip not rendered", call=str(early.call_id), code=error.code)
    early.first_at = now()
    EarlyAnswer.objects.filter(pk=early.pk).update(first_at=early.first_at)
