"""Geometry of two small charts, for inline SVG: response latency per turn, and who spoke when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from calls.measurement.statistics import percentile

SPARK_WIDTH, SPARK_HEIGHT = 240, 48
STRIP_WIDTH = 1000
AXIS_STEPS_MS = (500, 1000, 1500, 2000, 3000, 4000, 5000, 8000, 12000, 20000, 30000, 60000)


@dataclass(frozen=True, slots=True)
class Bar:
    """The latency of one agent turn as a bar; coordinates in units of the chart, `ms` is the latency itself."""

    x: float
    y: float
    width: float
    height: float
    ms: int
    slow: bool


@dataclass(frozen=True, slots=True)
class Spark:
    """A sparkline of the latency per agent turn. Charts that are compared share `ceiling_ms`, the top of the axis."""

    bars: tuple[Bar, ...]
    ceiling_ms: int
    median_y: float | None
    width: int = SPARK_WIDTH
    height: int = SPARK_HEIGHT


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of speech; x runs from 0 at the answer to `STRIP_WIDTH` at the end of the call."""

    who: str
    x: float
    width: float
    key: str


def ceiling(latencies: Iterable[int]) -> int:
    """The smallest round top of an axis (ms) that is not below any of these."""
    highest = max(latencies, default=0)
    return next((step for step in AXIS_STEPS_MS if step >= highest), highest)


def spark(latencies: Sequence[int], *, ceiling_ms: int | None = None) -> Spark:
    """Bars from left to right in the order of the turns; the slowest tenth is marked when there are enough."""
    top = ceiling_ms or ceiling(latencies)
    slot = min(24.0, SPARK_WIDTH / max(1, len(latencies)))
    slow_from = percentile(latencies, 0.95) if len(latencies) >= 5 else None
    bars = tuple(
        _bar(ms, x=index * slot, slot=slot, top=top, slow=slow_from is not None and ms >= slow_from)
        for index, ms in enumerate(latencies)
    )
    median = percentile(latencies, 0.5)
    return Spark(bars, top, None if median is None else round(SPARK_HEIGHT * (1 - median / top), 1))


def _bar(ms: int, *, x: float, slot: float, top: int, slow: bool) -> Bar:
    height = max(2.0, SPARK_HEIGHT * min(1.0, ms / top))
    gap = min(4.0, slot * 0.25)
    return Bar(round(x, 1), round(SPARK_HEIGHT - height, 1), round(slot - gap, 1), round(height, 1), ms, slow)


def strip(spoken: Iterable[tuple[str, str, int, int]], *, total_ms: int) -> tuple[Stretch, ...]:
    """Who spoke when, from (who, key, started_ms, ended_ms); empty when the length of the call is unknown."""
    if total_ms <= 0:
        return ()
    scale = STRIP_WIDTH / total_ms
    return tuple(
        Stretch(who, round(start * scale, 1), round(max(2.0, (min(end, total_ms) - start) * scale), 1), key)
        for who, key, start, end in spoken
        if start < total_ms
    )
