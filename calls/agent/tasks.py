"""Prepare an AI call in a worker: render its opening while the phone rings."""

from functools import partial

import structlog
from django.db import transaction
from django.tasks import task

from calls.agent import opening
from calls.call_log.events import log_event
from calls.models import Call, CallType, EventKind
from calls.providers import ProviderError

log = structlog.get_logger(__name__)


@task()
def prepare_call(call_id: str) -> None:
    """Render the opening of an AI call. If this never runs, the opening is rendered when it is needed."""
    call = Call.objects.select_related("lead", "placed_by", "comparison").get(pk=call_id)
    if call.is_ended:
        return
    try:
        opening.prepare_opening(call)
    except (ProviderError, opening.OpeningNotPossible) as error:
        log.warning("opening not prepared", call=call_id, code=getattr(error, "code", "not_possible"))


def enqueue_preparation(call: Call) -> bool:
    """Have a worker prepare that call's opening once its row is committed; return False if one was asked before.

    The carrier's first status report of a call triggers it, so that placing a call waits for no voice.
    """
    if call.type == CallType.REGULAR or call.is_ended:
        return False
    if not log_event(call.pk, EventKind.PREPARING, dedupe_key="preparing"):
        return False
    transaction.on_commit(partial(prepare_call.enqueue, call_id=str(call.pk)))
    return True
