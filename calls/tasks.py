"""Background work: each task carries an id, may run twice, and leaves rows that say what is done.

A task that fails is not repeated by its queue; the sweep enqueues it again while its row still asks for it.
"""

from functools import partial

from django.db import transaction
from django.tasks import task

from calls import recordings
from calls.costs import book_carrier
from calls.measurement import measure
from calls.models import CallType, Recording
from calls.recognition import transcribe_regular


@task()
def process_recording(recording_id: int) -> None:
    """Fetch and keep a recording's sound, then measure it and write its transcript."""
    recording = Recording.objects.select_related("call", "call__lead").get(pk=recording_id)
    if recording.status == Recording.Status.ABSENT:
        return
    recordings.store(recording)
    book_carrier(recording.call)
    measure(recording)
    if recording.call.type == CallType.REGULAR:
        transcribe_regular(recording.call)


def enqueue_recording(recording: Recording) -> None:
    """Process that recording in a worker, once the row is committed."""
    transaction.on_commit(partial(process_recording.enqueue, recording_id=recording.pk))
