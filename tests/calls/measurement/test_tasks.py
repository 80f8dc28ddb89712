"""What a worker does for a call in the background."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils.timezone import now

from calls.measurement import tasks
from calls.models import CallType, EventKind, Recording, Turn
from calls.providers import ProviderError
from calls.recordings.wav import encode
from calls.sweep import sweep
from tests.calls.talk import Talk
from tests.calls.vendors import Vendors
from tests.people import make_call

pytestmark = pytest.mark.django_db


def test_a_stored_recording_is_measured_priced_and_for_people_written_down(
    vendors: Vendors, talk: Talk, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    call = make_call(type=CallType.REGULAR)
    recording = Recording.objects.create(call=call, sid="RE1", status=Recording.Status.STORED)
    recording.file.save("RE1.wav", ContentFile(encode(talk((1, 0.5), (0, 4.0), seconds=7))))

    tasks.process_recording.call(recording_id=recording.pk)
    tasks.process_recording.call(recording_id=recording.pk)

    assert Turn.objects.filter(call=call).count() == 2
    assert call.measurements.filter(metric="answers").count() == 1
    assert not call.measurements.filter(metric="greeting_delay").exists()  # it is recorded from the connection on
    assert call.events.filter(kind="transcribed").count() == 1
    assert call.events.filter(kind=EventKind.RECORDING_TAKEN_IN).count() == 1


def test_a_recording_nobody_could_write_down_yet_is_not_taken_in(
    vendors: Vendors, talk: Talk, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    call = make_call(type=CallType.REGULAR)
    recording = Recording.objects.create(call=call, sid="RE1", status=Recording.Status.STORED)
    recording.file.save("RE1.wav", ContentFile(encode(talk((1, 0.5), seconds=4))))
    with pytest.raises(ProviderError):
        tasks.process_recording.call(recording_id=recording.pk)
    assert not call.events.filter(kind=EventKind.RECORDING_TAKEN_IN).exists()
    assert sweep(now() + timedelta(minutes=2))["recordings"] == 1
