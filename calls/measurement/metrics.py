"""Measure a call from its recording, by the same definitions for every call type.

All metrics come from when each side really spoke, found by voice activity detection on the two channels of the
recording, so they include the whole delay a person experiences. `metrics_from_speech` is pure; the rest reads a file
and writes rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from django.db import transaction

from calls.call_log.events import log_event
from calls.measurement.response_latency import EACH, RECORDING
from calls.measurement.statistics import percentile
from calls.models import CallMeasurement, CallType, EventKind, Recording
from calls.recordings.storage import stored_sound
from calls.recordings.voice_activity import Segment, speech_segments, total_ms, union


@dataclass(frozen=True, slots=True)
class RecordingMetrics:
    """The metrics of a call, in ms. A latency is from the end of the lead's speech to our answer, one per answer.

    `talk_overs` counts answers that began while the lead still spoke; they have no latency.
    """

    length: int
    greeting_delay: int | None
    latencies: tuple[int, ...]
    talk_overs: int
    lead_speech: int
    agent_speech: int
    overlap: int
    silence: int
    longest_silence: int


def metrics_from_speech(lead: Sequence[Segment], agent: Sequence[Segment], *, length_ms: int) -> RecordingMetrics:
    """Compute the metrics from when each side spoke. The segments of one side are in order and do not overlap."""
    latencies, talk_overs = response_latencies(lead, agent)
    spoken = union([*lead, *agent])
    silences = [later.start_ms - earlier.end_ms for earlier, later in pairwise(spoken)]
    lead_ms, agent_ms, spoken_ms = total_ms(lead), total_ms(agent), total_ms(spoken)
    return RecordingMetrics(
        length=length_ms,
        greeting_delay=agent[0].start_ms if agent else None,
        latencies=latencies,
        talk_overs=talk_overs,
        lead_speech=lead_ms,
        agent_speech=agent_ms,
        overlap=lead_ms + agent_ms - spoken_ms,
        silence=max(0, length_ms - spoken_ms),
        longest_silence=max(silences, default=0),
    )


def response_latencies(lead: Sequence[Segment], agent: Sequence[Segment]) -> tuple[tuple[int, ...], int]:
    """Return the latency of each of our answers, and how many answers began too early to have one.

    An answer is speech of ours after speech of the lead's. What the lead says while we continue to speak (a "mhm"
    inside our sentence) needs no answer.
    """
    latencies: list[int] = []
    talk_overs = 0
    waiting_since: int | None = None
    by_start = sorted([*((s, True) for s in lead), *((s, False) for s in agent)], key=lambda item: item[0].start_ms)
    ours_until = 0
    for segment, is_lead in by_start:
        if is_lead:
            if segment.end_ms > ours_until:
                waiting_since = segment.end_ms
            continue
        if waiting_since is not None:
            if segment.start_ms >= waiting_since:
                latencies.append(segment.start_ms - waiting_since)
            else:
                talk_overs += 1
            waiting_since = None
        ours_until = max(ours_until, segment.end_ms)
    return tuple(latencies), talk_overs


def measure(recording: Recording) -> RecordingMetrics | None:
    """Measure a stored recording and store the metrics with its call; return None if it has not two channels.

    A regular call has no greeting delay: its recording begins when the two are connected, not when the lead answers.
    """
    sound = stored_sound(recording)
    if sound is None or sound.samples.shape[1] != 2:
        return None
    lead, agent = (speech_segments(sound.samples[:, channel], sound.rate) for channel in (0, 1))
    found = metrics_from_speech(lead, agent, length_ms=round(sound.seconds * 1000))
    if recording.call.type == CallType.REGULAR:
        found = replace(found, greeting_delay=None)
    with transaction.atomic():
        for metric, value, unit in metric_rows(found):
            CallMeasurement.objects.update_or_create(
                call_id=recording.call_id, metric=metric, basis=RECORDING, defaults={"value": value, "unit": unit}
            )
        CallMeasurement.objects.filter(call_id=recording.call_id, metric=EACH, basis=RECORDING).update(
            detail={"each": list(found.latencies)}
        )
        log_event(recording.call_id, EventKind.MEASURED, dedupe_key=f"measured:{recording.sid}")
    return found


def metric_rows(found: RecordingMetrics) -> list[tuple[str, float, str]]:
    """Return (metric, value, unit) of what could be measured; what could not is absent, not zero."""
    speech = found.lead_speech + found.agent_speech
    values: list[tuple[str, float | None, str]] = [
        ("greeting_delay", found.greeting_delay, "ms"),
        (EACH, percentile(found.latencies, 0.5), "ms"),
        ("response_latency_p90", percentile(found.latencies, 0.9), "ms"),
        ("response_latency_p95", percentile(found.latencies, 0.95), "ms"),
        ("answers", len(found.latencies), "count"),
        ("talk_overs", found.talk_overs, "count"),
        ("lead_talk_share", found.lead_speech / speech if speech else None, "ratio"),
        ("agent_talk_share", found.agent_speech / speech if speech else None, "ratio"),
        ("overlap", found.overlap, "ms"),
        ("silence", found.silence, "ms"),
        ("longest_silence", found.longest_silence, "ms"),
    ]
    return [(metric, float(value), unit) for metric, value, unit in values if value is not None]
