"""What answers begun early bring, and what they cost. `tally` is pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from calls.conversational.turn import ANSWERED
from calls.costs.pricing import priced_lines
from calls.measurement.statistics import percentile
from calls.models import ConversationStep, EarlyAnswer, Price, Usage


@dataclass(frozen=True, slots=True)
class Try:
    """One early answer: when it was begun, its first sentence (or all of it) was there, and it was used, if so."""

    started_at: datetime
    first_at: datetime | None
    used_at: datetime | None

    @property
    def saved_ms(self) -> int:
        """By how much the turn's first sentence came sooner: the head start, at most all it took."""
        if self.used_at is None:
            return 0
        ready = min(self.first_at, self.used_at) if self.first_at else self.used_at
        return round(1000 * (ready - self.started_at).total_seconds())


@dataclass(frozen=True, slots=True)
class Tally:
    """`turns` had an answer of the model's; `begun` tries, `used` of them. Milliseconds are of the used ones.

    `cost` is what the unused ones cost in USD, `unpriced` the meters it leaves out.
    """

    turns: int
    begun: int
    used: int
    saved_ms_p50: float | None
    saved_ms_p95: float | None
    cost: Decimal
    unpriced: tuple[str, ...]

    @property
    def hit_rate(self) -> float | None:
        """The share of turns whose answer had been begun early."""
        return self.used / self.turns if self.turns else None


def tally(tries: Iterable[Try], *, turns: int, cost: Decimal, unpriced: Sequence[str] = ()) -> Tally:
    """The sums over these tries, made for that many turns."""
    every = list(tries)
    saved = [one.saved_ms for one in every if one.used_at is not None]
    return Tally(
        turns=turns,
        begun=len(every),
        used=len(saved),
        saved_ms_p50=percentile(saved, 0.5),
        saved_ms_p95=percentile(saved, 0.95),
        cost=cost,
        unpriced=tuple(unpriced),
    )


def early_figures(since: datetime) -> Tally:
    """Of all turns since then."""
    rows = EarlyAnswer.objects.filter(started_at__gte=since)
    turns = ConversationStep.objects.filter(received_at__gte=since, verdict__in=ANSWERED).count()
    dropped = rows.filter(used_at=None).exclude(request_id="").values("request_id")
    lines = priced_lines(Usage.objects.filter(key__in=dropped), Price.objects.all())
    return tally(
        (Try(row.started_at, row.first_at or row.finished_at, row.used_at) for row in rows.iterator()),
        turns=turns,
        cost=sum((line.amount for line in lines if line.amount is not None), Decimal()),
        unpriced=sorted({line.meter for line in lines if line.amount is None}),
    )
