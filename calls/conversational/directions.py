"""Where the carrier goes after the words of a step: back for the rest, to a colleague, or to the next turn, and how it
listens for that."""

import uuid
from collections.abc import Sequence

from django.conf import settings

from calls.agent.briefing import brief
from calls.conversational import documents
from calls.conversational.documents import Ear
from calls.conversational.steps import OPENINGS, is_finished
from calls.conversational.turn import Part
from calls.conversational.voice import spoken
from calls.models import Call, ConversationStep
from calls.public_urls import callback_url


class Hints:
    """The words to expect on each call, remembered for the `most` latest: they hardly change, and cost queries."""

    def __init__(self, most: int = 200) -> None:
        self._most = most
        self._known: dict[uuid.UUID, tuple[str, ...]] = {}

    def of(self, call: Call) -> tuple[str, ...]:
        """The hints of that call."""
        hints = self._known.get(call.pk)
        if hints is None:
            if len(self._known) >= self._most:
                self._known.clear()
            hints = self._known[call.pk] = brief(call).hints
        return hints


HINTS = Hints()  # this process's


def document(step: ConversationStep, parts: Sequence[Part], first: int = 0) -> str:
    """What is known of the answer from part `first` on, then its rest, a colleague, the end, or the caller's turn."""
    words = [spoken(part) for part in parts[first:]]
    if not is_finished(step):
        return documents.go_on(words, _more_url(step, len(parts), 0))
    if step.hands_over:
        return documents.go_on(words, callback_url("twilio_transfer", step.call_id))
    if step.ends_call:
        return documents.end(words)
    return documents.listen(words, ear(step.call, step.number, opening=step.kind in OPENINGS))


def bridge(step: ConversationStep, filler: Part, first: int, waited: int) -> str:
    """A filler, then the question for part `first` again."""
    return documents.go_on([spoken(filler)], _more_url(step, first, waited + 1))


def wait(step: ConversationStep) -> str:
    """A breath, then the question for the step again."""
    return documents.wait(callback_url("twilio_gather", step.call_id, step.number))


def ear(call: Call, number: int, *, opening: bool = False) -> Ear:
    """How to listen after the step of that number."""
    return Ear(
        action=callback_url("twilio_gather", call.pk, number + 1),
        hints=HINTS.of(call),
        speech_model=settings.TWILIO_SPEECH_MODEL,
        language=call.lead.language,
        barge_in=not opening,  # the disclosure is heard to its end; the keypad works all the while
        one_key=opening,  # the one it names ends the call at once; later the caller may type a number
        partial=callback_url("twilio_partial", call.pk, number + 1) if settings.EARLY_ANSWERS else "",
    )


def _more_url(step: ConversationStep, first: int, waited: int) -> str:
    return callback_url("twilio_gather_more", step.call_id, step.number, first, waited)
