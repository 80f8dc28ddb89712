"""`manage.py early_answers`: what answers begun on partial results saved and cost."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from calls.conversational.generation.preemptive_report import Tally, early_figures


class Command(BaseCommand):
    """Whether EARLY_ANSWERS is worth its price."""

    help = "How often an answer begun on a partial result was the answer, the time it saved, the cost of the others."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=float, default=30.0, help="how far back (default: 30)")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("\n".join(_lines(early_figures(now() - timedelta(days=options["days"])))))


def _lines(found: Tally) -> list[str]:
    rate = "-" if found.hit_rate is None else f"{found.hit_rate:.0%}"
    lines = [
        f"turns answered     {found.turns}",
        f"begun early        {found.begun}, used {found.used} ({rate} of the turns)",
        f"cost of the others {found.cost:.6f} USD",
    ]
    if found.saved_ms_p50 is not None:
        lines.insert(2, f"sooner by          p50 {found.saved_ms_p50:.0f} ms, p95 {found.saved_ms_p95:.0f} ms")
    if found.unpriced:
        lines.append(f"without a price    {', '.join(found.unpriced)}")
    return lines
