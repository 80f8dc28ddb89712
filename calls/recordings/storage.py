"""Store a call's recording: announced by the carrier, fetched once, with the lead's side on channel 1.

The carrier's dual-channel files have the leg that carries the call on channel 1 and the other side on channel 2. On an
AI call that leg is the lead's; on a regular call it is the staff member's, so the channels are swapped here.
"""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from calls.call_log.events import log_event
from calls.models import Call, CallType, EventKind, Recording
from calls.providers.twilio import telephony
from calls.recordings.wav import Sound, decode, encode, swap_channels


@dataclass(frozen=True, slots=True)
class Announcement:
    """What the carrier reports about a recording."""

    sid: str
    status: str  # completed or absent
    url: str = ""
    seconds: float | None = None
    started_at: datetime | None = None


def record_announcement(call: Call, announced: Announcement) -> Recording | None:
    """Store the carrier's announcement; return None if there is nothing new to fetch. The view enqueues processing."""
    if announced.status not in ("completed", "absent"):
        return None
    absent = announced.status == "absent"
    with transaction.atomic():
        recording, new = Recording.objects.get_or_create(
            sid=announced.sid,
            defaults={
                "call": call,
                "status": Recording.Status.ABSENT if absent else Recording.Status.ANNOUNCED,
                "source_url": announced.url,
                "seconds": announced.seconds,
                "started_at": announced.started_at,
            },
        )
        if new:
            log_event(call.pk, EventKind.RECORDING, dedupe_key=f"recording:{announced.sid}", status=announced.status)
    return recording if new and not absent else None


def store(recording: Recording) -> bool:
    """Fetch and store the sound; return False if it is stored already. Raises ProviderError or UnreadableRecording."""
    if recording.status != Recording.Status.ANNOUNCED:
        return False
    sound = decode(telephony().download_recording(recording.source_url))
    if recording.call.type == CallType.REGULAR:
        sound = swap_channels(sound)
    name = f"recordings/{recording.sid}.wav"
    _write_file(name, encode(sound))
    kept = Recording.objects.filter(pk=recording.pk, status=Recording.Status.ANNOUNCED).update(
        status=Recording.Status.STORED,
        file=name,
        seconds=sound.seconds,
        channels=sound.samples.shape[1],
        rms=sound.rms(),
    )
    recording.refresh_from_db()
    if kept:
        log_event(recording.call_id, EventKind.RECORDING_STORED, dedupe_key=f"recording_stored:{recording.sid}")
    return bool(kept)


def _write_file(name: str, data: bytes) -> None:
    """Write the file unless it is there in full; a worker that died may have left a part of it."""
    if default_storage.exists(name):
        if default_storage.size(name) == len(data):
            return
        default_storage.delete(name)
    default_storage.save(name, ContentFile(data))


def carrier_time(text: str) -> datetime | None:
    """Parse the carrier's RFC 2822 time; return None for an empty or unreadable one."""
    try:
        return parsedate_to_datetime(text) if text else None
    except ValueError:
        return None


def stored_sound(recording: Recording) -> Sound | None:
    """Return the stored sound of a recording, None if it has none."""
    if recording.status != Recording.Status.STORED or not recording.file:
        return None
    with recording.file.open("rb") as file:
        return decode(file.read())
