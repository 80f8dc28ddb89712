"""The first words of an AI call: fixed and rendered while the phone rings, so that they wait for whoever picks up."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.db import close_old_connections

from calls.agent.briefing import brief
from calls.agent.colleagues import HAND_OVER
from calls.conversational import gather
from calls.models import Call, CallType
from calls.providers import ProviderError
from calls.speech import clips

log = structlog.get_logger(__name__)

FILLER = "One moment, please."
OPTED_OUT = gather.OPTED_OUT
PHRASES = (FILLER, HAND_OVER, OPTED_OUT)  # of a realtime call, beside its opening

_pool = ThreadPoolExecutor(4, thread_name_prefix="opening")


def opening_of(call: Call) -> str:
    """The opening's words. Whoever asks first fixes them; a lead edited while the phone rings changes nothing."""
    if not call.opening:
        Call.objects.filter(pk=call.pk, opening="").update(opening=brief(call).greeting)
        call.refresh_from_db(fields=["opening"])
    return call.opening


def prepare(call: Call) -> None:
    """Fix the opening and render it, and the fixed phrases, as the call's engine plays them. Raises ProviderError.

    The call pays for its own opening; the phrases belong to no call, they are rendered once for all of them.
    """
    text = opening_of(call)
    if call.type == CallType.CONVERSATIONAL:
        gather.prepare(call)
    elif call.type == CallType.REALTIME:
        clips.mulaw(text, call_id=call.pk)
        for phrase in PHRASES:
            clips.mulaw(phrase)


def prepare_soon(call: Call) -> None:
    """The same beside a webhook's answer, should the worker not have come to it: the stream is a moment away."""
    if call.type == CallType.REALTIME:
        _pool.submit(_prepare, call.pk)


def _prepare(call_id: uuid.UUID) -> None:
    close_old_connections()
    try:
        prepare(Call.objects.select_related("lead", "placed_by", "comparison").get(pk=call_id))
    except ProviderError as error:
        log.warning("opening not prepared", call=str(call_id), code=error.code)
    finally:
        close_old_connections()
