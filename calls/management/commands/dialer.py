"""`manage.py dialer`: place waiting calls as soon as their line is free, and run the sweep every few seconds."""

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from calls.lifecycle.placing import place_due
from calls.operations.beats import beating
from calls.operations.periodic import repeat
from calls.sweep import sweep


class Rounds:
    """One round of the dialer, as a callable: place waiting calls, and every `sweep_every` seconds run the sweep."""

    def __init__(self, *, sweep_every: float) -> None:
        self._sweep_every = sweep_every
        self._next_sweep = monotonic()

    def __call__(self) -> None:
        """One round; a sweep also places what is due."""
        if monotonic() < self._next_sweep:
            place_due()
            return
        sweep()
        self._next_sweep = monotonic() + self._sweep_every


class Command(BaseCommand):
    """Place waiting calls, and repair what lost webhooks left open."""

    help = (
        "Place the calls that are due, until stopped. A call that ends frees its line and places the next by itself. "
        "Every few seconds the carrier is asked about calls of which nothing is heard."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=2.0, metavar="SECONDS", help="pause between looks")
        parser.add_argument("--sweep-every", type=float, default=10.0, metavar="SECONDS", help="between two sweeps")
        parser.add_argument("--once", action="store_true", help="look once, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(f"placed {place_due()}")
            return
        with beating("dialer"):
            repeat(Rounds(sweep_every=options["sweep_every"]), every=options["every"])
