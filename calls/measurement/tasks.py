"""Process a recording in a worker: fetch, measure and transcribe it.

The task takes an id, may run twice, and leaves rows that say what is done. If it fails, its queue does not repeat it;
the sweep enqueues it again while the recording's row still needs it.
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
    """Fetch and store a recording's sound, then measure it and write its transcript."""
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
    """Have a worker process that recording once its row is committed."""
    transaction.on_commit(partial(process_recording.enqueue, recording_id=recording.pk))
