"""Transcribe a call between people from its recording: each utterance of each side is recognized on its own."""

from dataclasses import dataclass

import numpy as np

from calls.call_log.events import log_event
from calls.call_log.transcript import Utterance, add_turn
from calls.costs.ledger import book_transcription
from calls.models import Call, Engine, EventKind, Recording, Turn
from calls.providers import Transcriber
from calls.providers.openai import transcriber
from calls.recordings.storage import stored_sound
from calls.recordings.voice_activity import Segment, join_segments, speech_segments
from calls.recordings.wav import Sound, encode
from leads.models import spoken_language

PAUSE_WITHIN_UTTERANCE_MS = 700
LONGEST_UTTERANCE_MS = 25_000  # below the 30 s window of the recognizers
EDGE_MS = 150  # kept around an utterance, so that soft beginnings and ends are in
SPEAKERS = (Turn.Speaker.LEAD, Turn.Speaker.STAFF)  # by channel of a kept recording


@dataclass(frozen=True, slots=True)
class ChannelUtterance:
    """An utterance on one channel (0 or 1)."""

    channel: int
    segment: Segment


def transcribe_regular(call: Call) -> int:
    """Write the turns of a regular call from its stored recordings; return how many are new.

    Safe to repeat. Raises ProviderError.
    """
    recognizer = transcriber()
    written = 0
    for recording in Recording.objects.filter(call=call, status=Recording.Status.STORED):
        if _is_transcribed(recording):
            continue
        sound = stored_sound(recording)
        if sound is None or sound.samples.shape[1] != 2:
            continue
        offset_ms = _offset_ms(call, recording)
        for utterance in utterances(sound):
            written += _write(call, recording, sound, utterance, recognizer=recognizer, offset_ms=offset_ms)
        log_event(call.pk, EventKind.TRANSCRIBED, dedupe_key=f"transcribed:{recording.sid}")
    return written


def utterances(sound: Sound) -> list[ChannelUtterance]:
    """Find the utterances on both channels, in the order they began."""
    found = [
        ChannelUtterance(channel, segment)
        for channel in (0, 1)
        for segment in join_segments(
            speech_segments(sound.samples[:, channel], sound.rate),
            gap_ms=PAUSE_WITHIN_UTTERANCE_MS,
            longest_ms=LONGEST_UTTERANCE_MS,
        )
    ]
    return sorted(found, key=lambda utterance: (utterance.segment.start_ms, utterance.channel))


def utterance_wav(sound: Sound, utterance: ChannelUtterance) -> bytes:
    """Cut out one utterance as a mono WAV."""
    per_ms = sound.rate / 1000
    start = max(0, int((utterance.segment.start_ms - EDGE_MS) * per_ms))
    end = int((utterance.segment.end_ms + EDGE_MS) * per_ms)
    return encode(
        Sound(np.ascontiguousarray(sound.samples[start:end, utterance.channel : utterance.channel + 1]), sound.rate)
    )


def _write(
    call: Call,
    recording: Recording,
    sound: Sound,
    utterance: ChannelUtterance,
    *,
    recognizer: Transcriber,
    offset_ms: int,
) -> bool:
    key = f"{recording.sid}:{utterance.channel + 1}:{utterance.segment.start_ms}"
    if Turn.objects.filter(call=call, item_id=key).exists():
        return False
    text = recognizer.transcribe(utterance_wav(sound, utterance), language=spoken_language(call.lead.language)).text
    book_transcription(call.pk, (utterance.segment.length_ms + 2 * EDGE_MS) / 1000, key=key, model=recognizer.model)
    if not text:
        return False
    started_ms, ended_ms = utterance.segment.start_ms + offset_ms, utterance.segment.end_ms + offset_ms
    said = Utterance(
        speaker=SPEAKERS[utterance.channel],
        engine=Engine.HUMAN,
        item_id=key,
        text=text,
        position=started_ms,
        started_ms=started_ms,
        ended_ms=ended_ms,
    )
    return add_turn(call.pk, said) is not None


def _is_transcribed(recording: Recording) -> bool:
    return recording.call.events.filter(dedupe_key=f"transcribed:{recording.sid}").exists()


def _offset_ms(call: Call, recording: Recording) -> int:
    """Return the ms from the lead's answer to the recording's first sample, 0 if either is unknown."""
    if call.answered_at is None or recording.started_at is None:
        return 0
    return max(0, round((recording.started_at - call.answered_at).total_seconds() * 1000))
