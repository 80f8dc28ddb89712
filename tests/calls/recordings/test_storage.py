"""Recordings: fetched once, the lead on channel 1, and nothing lost when the carrier is late."""

from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from calls.models import Call, CallType, Recording
from calls.providers import ProviderError
from calls.recordings.storage import Announcement, carrier_time, record_announcement, store
from calls.recordings.wav import Sound, decode, encode
from leads.models import Lead
from tests.calls.carrier_stub import Carrier
from tests.people import make_call

RATE = 8000


def stereo(left: float, right: float, seconds: float = 0.5) -> bytes:
    """A WAV whose channels are constant at these levels (of full scale)."""
    frames = int(RATE * seconds)
    samples = np.empty((frames, 2), dtype=np.int16)
    samples[:, 0], samples[:, 1] = int(left * 32767), int(right * 32767)
    return encode(Sound(samples, RATE))


@pytest.fixture(autouse=True)
def _media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def announced(call: Call, sid: str = "RE" + "1" * 32) -> Recording:
    url = f"https://api.twilio.com/2010-04-01/Accounts/AC/Recordings/{sid}"
    recording = record_announcement(call, Announcement(sid=sid, status="completed", url=url))
    assert recording is not None
    return recording


def levels(recording: Recording) -> list[float]:
    with recording.file.open("rb") as file:
        return [round(level, 2) for level in decode(file.read()).rms()]


def test_a_recording_is_stored_with_its_length_and_levels(lead: Lead, carrier: Carrier) -> None:
    carrier.media = stereo(0.5, 0.1)
    recording = announced(make_call(lead))
    assert store(recording)
    assert (recording.status, recording.channels, recording.seconds) == ("stored", 2, 0.5)
    assert [round(level, 2) for level in recording.rms] == [0.5, 0.1]
    assert levels(recording) == [0.5, 0.1]


def test_a_regular_call_s_channels_change_places_so_that_the_lead_is_first(lead: Lead, carrier: Carrier) -> None:
    carrier.media = stereo(0.5, 0.1)  # the staff member's leg carries the call, so it comes first
    recording = announced(make_call(lead, type=CallType.REGULAR))
    store(recording)
    assert levels(recording) == [0.1, 0.5]


def test_a_stored_recording_is_not_fetched_again(lead: Lead, carrier: Carrier) -> None:
    carrier.media = stereo(0.5, 0.1)
    recording = announced(make_call(lead))
    store(recording)
    assert not store(recording)
    assert len(carrier.requests) == 1


def test_a_half_written_file_of_a_worker_that_died_is_written_anew(
    lead: Lead, carrier: Carrier, tmp_path: Path
) -> None:
    carrier.media = stereo(0.5, 0.1)
    recording = announced(make_call(lead))
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / f"{recording.sid}.wav").write_bytes(b"RIFF")
    store(recording)
    assert levels(recording) == [0.5, 0.1]
    assert len(list((tmp_path / "recordings").iterdir())) == 1


def test_a_recording_that_is_not_ready_stays_announced(lead: Lead, carrier: Carrier) -> None:
    recording = announced(make_call(lead))
    with pytest.raises(ProviderError):
        store(recording)
    recording.refresh_from_db()
    assert recording.status == "announced"


def test_one_recording_is_announced_once(lead: Lead, omar: User) -> None:
    call = make_call(lead)
    announced(call)
    assert record_announcement(call, Announcement(sid="RE" + "1" * 32, status="completed")) is None
    assert call.events.filter(kind="recording").count() == 1


@pytest.mark.parametrize("text", ["", "yesterday", "2026-11-22T09:00:00Z", "99 Nov"])
def test_an_odd_time_is_no_time(text: str) -> None:
    assert carrier_time(text) is None
