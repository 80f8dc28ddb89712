"""The opening of an AI call: fixed and rendered while the phone rings, so that it plays the moment somebody answers."""

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

_pool = ThreadPoolExecutor(4, thread_name_prefix="opening")


def opening_of(call: Call) -> str:
    """The opening's words. Whoever asks first fixes them; a lead edited while the phone rings changes nothing."""
    if not call.opening:
        Call.objects.filter(pk=call.pk, opening="").update(opening=brief(call).greeting)
        call.refresh_from_db(fields=["opening"])
    return call.opening


def prepare_opening(call: Call) -> None:
    """Fix the opening and render it, and the fixed phrases, as the call's engine plays them. Raises ProviderError.

    The call pays for its own opening; the phrases belong to no call, they are rendered once for all of them.
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
    """Prepare a realtime opening beside a webhook's answer, in case no worker has: the stream is a moment away."""
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
