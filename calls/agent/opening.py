"""Fix and render the opening of an AI call while the phone rings, so that it plays the moment somebody answers."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.db import close_old_connections

from calls.agent import phrases
from calls.agent.briefing import brief
from calls.models import Call, CallType
from calls.providers import ProviderError
from calls.speech import clips
from calls.speech.sentences import split_sentences

log = structlog.get_logger(__name__)

# Per process and not in the queue: the webhook of this very process is answered while it works.
_pool = ThreadPoolExecutor(4, thread_name_prefix="opening")


def opening_of(call: Call) -> str:
    """Return the opening's text. The first use fixes it; editing the lead while the phone rings changes nothing."""
    if not call.opening:
        Call.objects.filter(pk=call.pk, opening="").update(opening=brief(call).greeting)
        call.refresh_from_db(fields=["opening"])
    return call.opening


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
    except ProviderError as error:
        log.warning("opening not prepared", call=str(call_id), code=error.code)
    finally:
        close_old_connections()
