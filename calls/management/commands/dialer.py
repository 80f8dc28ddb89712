"""`manage.py dialer`: places the calls that are due, as soon as their line is free."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from calls.dialling import place_due
from calls.looping import repeat


class Command(BaseCommand):
    """Place due calls."""

    help = "Place the calls that are due, until stopped. A call that ends frees its line and places the next by itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=2.0, metavar="SECONDS", help="pause between looks")
        parser.add_argument("--once", action="store_true", help="look once, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(f"placed {place_due()}")
            return
        repeat(place_due, every=options["every"])
