"""The transcript of a call between people, from its recording: each utterance of each side recognised on its own."""

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

PAUSE_WITHIN_UTTERANCE_MS = 700
LONGEST_UTTERANCE_MS = 25_000  # below the 30 s window of the recognisers
EDGE_MS = 150  # kept around an utterance, so that soft beginnings and ends are in
SPEAKERS = (Turn.Speaker.LEAD, Turn.Speaker.STAFF)  # by channel of a kept recording


@dataclass(frozen=True, slots=True)
class ChannelUtterance:
    """An utterance on a channel (0 or 1)."""

    channel: int
    segment: Segment


def transcribe_regular(call: Call) -> int:
    """Write the turns of a regular call from its stored recordings; how many are new. Safe to repeat. ProviderError."""
    ear = transcriber()
    written = 0
    for recording in Recording.objects.filter(call=call, status=Recording.Status.STORED):
        if _is_transcribed(recording):
            continue
        sound = stored_sound(recording)
        if sound is None or sound.samples.shape[1] != 2:
            continue
        offset_ms = _offset_ms(call, recording)
        for spoken in utterances(sound):
            written += _write(call, recording, sound, spoken, ear=ear, offset_ms=offset_ms)
        log_event(call.pk, EventKind.TRANSCRIBED, dedupe_key=f"transcribed:{recording.sid}")
    return written


def utterances(sound: Sound) -> list[ChannelUtterance]:
    """What was said on both channels, in the order it began."""
    found = [
        ChannelUtterance(channel, segment)
        for channel in (0, 1)
        for segment in join_segments(
            speech_segments(sound.samples[:, channel], sound.rate),
            gap_ms=PAUSE_WITHIN_UTTERANCE_MS,
            longest_ms=LONGEST_UTTERANCE_MS,
        )
    ]
    return sorted(found, key=lambda spoken: (spoken.segment.start_ms, spoken.channel))


def utterance_wav(sound: Sound, spoken: ChannelUtterance) -> bytes:
    """That utterance alone, as a mono WAV."""
    per_ms = sound.rate / 1000
    start = max(0, int((spoken.segment.start_ms - EDGE_MS) * per_ms))
    end = int((spoken.segment.end_ms + EDGE_MS) * per_ms)
    return encode(
        Sound(np.ascontiguousarray(sound.samples[start:end, spoken.channel : spoken.channel + 1]), sound.rate)
    )


def _write(
    call: Call, recording: Recording, sound: Sound, spoken: ChannelUtterance, *, ear: Transcriber, offset_ms: int
) -> bool:
    key = f"{recording.sid}:{spoken.channel + 1}:{spoken.segment.start_ms}"
    if Turn.objects.filter(call=call, item_id=key).exists():
        return False
    text = ear.transcribe(utterance_wav(sound, spoken), language=call.lead.language.partition("-")[0]).text
    book_transcription(call.pk, (spoken.segment.length_ms + 2 * EDGE_MS) / 1000, key=key, model=ear.model)
    if not text:
        return False
    started_ms, ended_ms = spoken.segment.start_ms + offset_ms, spoken.segment.end_ms + offset_ms
    said = Utterance(
        speaker=SPEAKERS[spoken.channel],
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
    """From the lead's answer to the recording's first sample; zero when either is not known."""
    if call.answered_at is None or recording.started_at is None:
        return 0
    return max(0, round((recording.started_at - call.answered_at).total_seconds() * 1000))
