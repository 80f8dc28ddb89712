"""Figures of a call: response latency, who spoke when, and cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from calls.costs.pricing import CostLine, priced_lines
from calls.dashboard.charts import Spark, Stretch, spark, strip
from calls.dashboard.labels import fallback_words
from calls.dashboard.outcome import Audio
from calls.measurement.response_latency import RECORDING, response_latency
from calls.models import Call, CallEvent, CallMeasurement, CallType, EventKind, Price, Turn, Usage

VENDORS = {"twilio": "Carrier (Twilio)", "openai": "Model (OpenAI)", "polly": "Voice (Polly)"}


@dataclass(frozen=True, slots=True)
class CallFigures:
    """Response latency in ms per answer; `basis` says where it was measured: on the recording, or by the server.

    What only the recording can tell is None until it is there; `measuring` while it is awaited.
    """

    turns: int
    interruptions: int
    latencies: tuple[int, ...]
    basis: str
    p50_ms: int | None
    p95_ms: int | None
    greeting_ms: int | None
    lead_share: float | None
    longest_silence_ms: int | None
    spark: Spark
    strip: tuple[Stretch, ...]
    fallbacks: tuple[str, ...]
    measuring: bool = False

    @property
    def answers(self) -> int:
        """How many answers were measured."""
        return len(self.latencies)


@dataclass(frozen=True, slots=True)
class CallCost:
    """The cost of a call at list prices, in USD, without its `unpriced` meters and without a person's time."""

    total: Decimal | None
    per_minute: Decimal | None
    parts: tuple[tuple[str, Decimal], ...]
    unpriced: tuple[str, ...]


def figures_of(
    call: Call,
    turns: Sequence[Turn],
    measured: Sequence[CallMeasurement],
    events: Sequence[CallEvent],
    *,
    ceiling_ms: int,
    audio: Audio,
) -> CallFigures:
    """The figures of that call; `ceiling_ms` is the top of the axis that all charts on the page share.

    The strip is as long as the recording the page plays beside it, when there is one.
    """
    latency = response_latency(turns, measured)
    heard = {row.metric: row.value for row in measured if row.basis == RECORDING}
    return CallFigures(
        turns=len(turns),
        interruptions=sum(turn.interrupted for turn in turns),
        latencies=latency.each_ms,
        basis=latency.basis,
        p50_ms=latency.p50,
        p95_ms=latency.p95,
        greeting_ms=None if call.type == CallType.REGULAR else _whole(heard.get("greeting_delay")),
        lead_share=heard.get("lead_talk_share"),
        longest_silence_ms=_whole(heard.get("longest_silence")),
        spark=spark(latency.each_ms, ceiling_ms=ceiling_ms),
        strip=_strip(call, turns, audio.seconds or call.seconds or 0),
        fallbacks=tuple(fallback_words(event.data) for event in events if event.kind == EventKind.FALLBACK),
        measuring=latency.basis != RECORDING and audio.awaited,
    )


def call_cost(call: Call, usage: Sequence[Usage], prices: Sequence[Price]) -> CallCost:
    """The cost of that call so far; no total while nothing is booked."""
    lines = priced_lines(usage, prices)
    priced = [line.amount for line in lines if line.amount is not None]
    total = sum(priced, Decimal()) if priced else None
    seconds = round(call.seconds or 0)
    return CallCost(
        total=total,
        per_minute=total * 60 / seconds if total is not None and seconds else None,
        parts=tuple((label, amount) for vendor, label in VENDORS.items() if (amount := _of(vendor, lines))),
        unpriced=tuple(sorted({line.meter for line in lines if line.amount is None})),
    )


def _of(vendor: str, lines: Sequence[CostLine]) -> Decimal:
    amounts = (line.amount for line in lines if line.meter.split(".")[0] == vendor)
    return sum((amount for amount in amounts if amount is not None), Decimal())


def _strip(call: Call, turns: Sequence[Turn], seconds: float) -> tuple[Stretch, ...]:
    spoken = [
        (turn.speaker, f"turn-{turn.pk}", turn.started_ms, turn.ended_ms)
        for turn in turns
        if turn.started_ms is not None and turn.ended_ms is not None
    ]
    end = max((ended for *_, ended in spoken), default=0)
    return strip(spoken, total_ms=round(seconds * 1000) or end if call.is_ended else end)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
