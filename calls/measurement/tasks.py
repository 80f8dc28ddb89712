"""Background work: each task carries an id, may run twice, and leaves rows that say what is done.

A task that fails is not repeated by its queue; the sweep enqueues it again while its row still asks for it.
"""

from functools import partial

import structlog
from django.db import transaction
from django.tasks import task

from calls.call_log.events import log_event
from calls.costs.ledger import book_carrier
from calls.measurement.metrics import measure
from calls.models import CallType, EventKind, Recording
from calls.recordings import storage
from calls.recordings.transcription import transcribe_regular

log = structlog.get_logger(__name__)


@task()
def process_recording(recording_id: int) -> None:
    """Fetch and keep a recording's sound, then measure it and write its transcript."""
    recording = Recording.objects.select_related("call", "call__lead").get(pk=recording_id)
    if recording.status == Recording.Status.ABSENT:
        return
    storage.store(recording)
    book_carrier(recording.call)
    measure(recording)
    if recording.call.type == CallType.REGULAR:
        transcribe_regular(recording.call)
    log_event(
        recording.call_id, EventKind.RECORDING_TAKEN_IN, dedupe_key=f"{EventKind.RECORDING_TAKEN_IN}:{recording.sid}"
    )


def enqueue_recording(recording: Recording) -> None:
    """Process that recording in a worker, once the row is committed."""
    transaction.on_commit(partial(process_recording.enqueue, recording_id=recording.pk))
