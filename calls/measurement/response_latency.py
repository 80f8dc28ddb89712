"""Compute the response latency of a call, by one definition for every page, the API and a comparison.

It runs from the end of the caller's speech to the first sound of the answer, in ms, per answer. Measured on the
recording it is comparable between all call types. Until a recording is measured, the server's own times are used; the
basis says which, and values of different basis are never compared. The transcript's own `latency_ms` per turn is always
the server's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from calls.measurement.statistics import percentile
from calls.models import CallMeasurement, Turn
from leads.models.shapes import numbers_in

RECORDING = "recording"
SERVER = "server"
EACH = "response_latency_p50"  # the measurement whose detail holds every answer


@dataclass(frozen=True, slots=True)
class ResponseLatency:
    """Every answer's latency in ms, in order, and where it was measured."""

    each_ms: tuple[int, ...]
    basis: str

    @property
    def p50(self) -> int | None:
        """The median in ms, by nearest rank; None without an answer."""
        return percentile(self.each_ms, 0.5)

    @property
    def p95(self) -> int | None:
        """The 95th percentile in ms, by nearest rank; None without an answer."""
        return percentile(self.each_ms, 0.95)

    def as_dict(self) -> dict[str, Any]:
        """Return {"p50": ms, "p95": ms, "answers": count, "basis": "recording" or "server"}."""
        return {"p50": self.p50, "p95": self.p95, "answers": len(self.each_ms), "basis": self.basis}


def response_latency(turns: Iterable[Turn], measured: Iterable[CallMeasurement]) -> ResponseLatency:
    """Compute the latency of a call's answers from its turns and measurements. Pure.

    A measured recording is used even if it contains no answer, because then none was heard.
    """
    heard = [row for row in measured if row.basis == RECORDING]
    if heard:
        each = next((numbers_in(row.detail.get("each")) for row in heard if row.metric == EACH), [])
        return ResponseLatency(tuple(int(ms) for ms in each), RECORDING)
    ours = (turn for turn in turns if turn.speaker != Turn.Speaker.LEAD)
    return ResponseLatency(tuple(turn.latency_ms for turn in ours if turn.latency_ms is not None), SERVER)
