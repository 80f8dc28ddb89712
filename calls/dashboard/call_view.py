"""The view of a call: all that its page shows, as comparable data, so that a live page renders only what changed."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Protocol

from django.utils.timezone import now

from calls.dashboard.charts import ceiling
from calls.dashboard.figures import CallCost, CallFigures, call_cost, figures_of
from calls.dashboard.header import MILESTONES, Header, header_of
from calls.dashboard.outcome import Audio, Outcome, audio_of, outcome_of
from calls.dashboard.transcript_lines import TranscriptLine, transcript_lines
from calls.measurement.response_latency import response_latency
from calls.measurement.validity import exclusion_reason
from calls.models import (
    Call,
    CallEvent,
    CallMeasurement,
    EngineSpan,
    EventKind,
    Price,
    Recording,
    ToolUse,
    Transfer,
    Turn,
    Usage,
)
from leads.models import Appointment

SHOWN_EVENTS = (EventKind.FALLBACK, EventKind.END_REQUESTED, EventKind.RECORDING_TAKEN_IN, *MILESTONES)


@dataclass(frozen=True, slots=True)
class CallView:
    """One call as the pages show it; `exclusion` says why it does not count in a comparison."""

    call: Call
    header: Header
    lines: tuple[TranscriptLine, ...]
    figures: CallFigures
    outcome: Outcome
    audio: Audio
    cost: CallCost
    exclusion: str


def call_view(call: Call, *, at: datetime | None = None) -> CallView:
    """The view of one call."""
    return call_views([call], at=at)[0]


def call_views(calls: Sequence[Call], *, at: datetime | None = None) -> list[CallView]:
    """The views of these calls at that moment, in their order, in a fixed number of queries.

    Their latency charts share one axis. The calls' `lead` and `placed_by` are best loaded with them.
    """
    moment = at or now()
    ids = [call.pk for call in calls]
    turns = _by_call(Turn.objects.filter(call__in=ids))
    spans = _by_call(EngineSpan.objects.filter(call__in=ids))
    tools = _by_call(ToolUse.objects.filter(call__in=ids))
    events = _by_call(CallEvent.objects.filter(call__in=ids, kind__in=SHOWN_EVENTS))
    transfers = _by_call(Transfer.objects.filter(call__in=ids).select_related("colleague"))
    measured = _by_call(CallMeasurement.objects.filter(call__in=ids))
    recordings = _by_call(Recording.objects.filter(call__in=ids))
    appointments = _by_call(Appointment.objects.filter(call_id__in=ids))
    usage = _by_call(Usage.objects.filter(call__in=ids))
    prices = list(Price.objects.all()) if usage else []
    top = ceiling(chain.from_iterable(response_latency(turns[pk], measured[pk]).each_ms for pk in ids))
    found = []
    for call in calls:
        audio = audio_of(call, recordings[call.pk], events[call.pk], moment)
        figures = figures_of(call, turns[call.pk], measured[call.pk], events[call.pk], ceiling_ms=top, audio=audio)
        found.append(
            CallView(
                call=call,
                header=header_of(call, spans[call.pk], turns[call.pk], events[call.pk], transfers[call.pk], moment),
                lines=transcript_lines(call, turns[call.pk], tools[call.pk], spans[call.pk]),
                figures=figures,
                outcome=outcome_of(call, appointments[call.pk]),
                audio=audio,
                cost=call_cost(call, usage[call.pk], prices),
                exclusion=exclusion_reason(call, spans[call.pk], transfers[call.pk], events[call.pk])
                if call.is_ended
                else "",
            )
        )
    return found


class _OfCall(Protocol):
    @property
    def call_id(self) -> uuid.UUID | None: ...


def _by_call[Row: _OfCall](rows: Iterable[Row]) -> dict[uuid.UUID, list[Row]]:
    found: dict[uuid.UUID, list[Row]] = defaultdict(list)
    for row in rows:
        if row.call_id is not None:
            found[row.call_id].append(row)
    return found
