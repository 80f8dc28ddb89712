"""The transcript of a call between people, from its recording."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.utils.timezone import now

from calls.models import CallType, Recording, Turn, Usage
from calls.recordings.transcription import ChannelUtterance, transcribe_regular, utterance_wav, utterances
from calls.recordings.voice_activity import Segment
from calls.recordings.wav import decode, encode
from tests.calls.talk import RATE, Talk
from tests.calls.vendors import Vendors
from tests.people import make_call


def test_utterances_are_found_per_channel_in_the_order_they_began(talk: Talk) -> None:
    found = utterances(talk((1, 0.5), (0, 4.0), (1, 7.5), seconds=11))
    assert [spoken.channel for spoken in found] == [1, 0, 1]
    starts = [spoken.segment.start_ms for spoken in found]
    assert starts == pytest.approx([500, 4000, 7500], abs=150)


def test_an_utterance_is_cut_out_with_its_edges_and_from_its_channel_only(talk: Talk) -> None:
    both = talk((0, 0.5), seconds=4)
    piece = decode(utterance_wav(both, ChannelUtterance(0, Segment(1000, 2000))))
    assert piece.samples.shape == (int(1.3 * RATE), 1)
    assert np.array_equal(piece.samples[:, 0], both.samples[int(0.85 * RATE) : int(2.15 * RATE), 0])


@pytest.mark.django_db
def test_a_regular_call_gets_its_turns_once(vendors: Vendors, talk: Talk, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    answered = now() - timedelta(seconds=60)
    call = make_call(type=CallType.REGULAR, answered_at=answered)
    recording = Recording.objects.create(
        call=call, sid="RE1", status=Recording.Status.STORED, started_at=answered + timedelta(seconds=2)
    )
    recording.file.save("RE1.wav", ContentFile(encode(talk((1, 0.5), (0, 4.0), seconds=7))))
    vendors.transcripts = ["Hello Maria.", "Hello Omar."]

    assert transcribe_regular(call) == 2
    assert transcribe_regular(call) == 0

    staff, lead = Turn.objects.filter(call=call)
    assert (staff.speaker, staff.text, staff.engine) == ("staff", "Hello Maria.", "human")
    assert (lead.speaker, lead.text) == ("lead", "Hello Omar.")
    assert lead.started_ms == pytest.approx(6000, abs=150)
    assert vendors.transcribed == 2
    assert Usage.objects.filter(call=call, meter="openai.transcribe_minute").count() == 2
