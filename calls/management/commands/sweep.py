"""`manage.py sweep`: run the sweep once, or every few seconds."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from calls.operations.periodic import repeat
from calls.sweep import sweep


class Command(BaseCommand):
    """Repair what lost webhooks left open."""

    help = "Settle calls the carrier fell silent on, place calls that wait, fetch recordings that are missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, metavar="SECONDS", help="go on until stopped, with this pause")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["every"]:
            repeat(sweep, every=options["every"])
            return
        self.stdout.write(", ".join(f"{name} {count}" for name, count in sweep().items()))
