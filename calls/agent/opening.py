"""Fix and render the opening of an AI call while the phone rings, so that it plays the moment somebody answers."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections

from calls.agent import phrases
from calls.agent.briefing import brief
from calls.models import Call, CallType
from calls.providers import ProviderError
from calls.speech import clips
from calls.speech.sentences import split_sentences

log = structlog.get_logger(__name__)

# Per process and not in the queue: the webhook of this very process is answered while it works.
_pool = ThreadPoolExecutor(4, thread_name_prefix="opening")


class OpeningNotPossible(Exception):
    """The opening of a call cannot be written; `reason` says why, to whoever asked for the call."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def opening_of(call: Call) -> str:
    """Return the opening's text. The first use fixes it, which is before the call is placed.

    Editing the lead while the phone rings changes nothing. Raises OpeningNotPossible; the whole briefing is made for
    it, so what would fail during the call fails here.
    """
    if not call.opening:
        Call.objects.filter(pk=call.pk, opening="").update(opening=_written(call))
        call.refresh_from_db(fields=["opening"])
    return call.opening


def _written(call: Call) -> str:
    if not (settings.BROKERAGE_NAME or "").strip():
        raise OpeningNotPossible("BROKERAGE_NAME is empty, and every AI call has to say who calls")
    try:
        return brief(call).greeting
    except DatabaseError:
        raise
    except Exception as error:
        log.exception("opening not written", call=str(call.pk), error=type(error).__name__)
        raise OpeningNotPossible("What the AI would say first cannot be made of this lead's record") from error


def prepare_opening(call: Call) -> None:
    """Fix the opening, and render it and the fixed phrases in the format the call's engine plays. Raises ProviderError.

    The call is charged for its own opening; the phrases are rendered once for all calls.
    """
    text = opening_of(call)
    if call.type == CallType.CONVERSATIONAL:
        for sentence in split_sentences(brief(call).greeting):
            clips.clip(sentence, call_id=call.pk)
        for phrase in phrases.CONVERSATIONAL:
            clips.clip(phrase)
    elif call.type == CallType.REALTIME:
        clips.mulaw(text, call_id=call.pk)
        for phrase in phrases.REALTIME:
            clips.mulaw(phrase)


def prepare_opening_soon(call: Call) -> None:
    """Prepare a realtime opening in a thread while the webhook answers, in case no worker has: the stream is next."""
    if call.type == CallType.REALTIME:
        _pool.submit(_prepare, call.pk)


def _prepare(call_id: uuid.UUID) -> None:
    close_old_connections()
    try:
        prepare_opening(Call.objects.select_related("lead", "placed_by", "comparison").get(pk=call_id))
    except (ProviderError, OpeningNotPossible) as error:
        log.warning("opening not prepared", call=str(call_id), code=getattr(error, "code", "not_possible"))
    finally:
        close_old_connections()
