"""`manage.py phone_book FILE`: write which simulated person answers which number in the demo."""

import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from demo.phone_book import phone_book


class Command(BaseCommand):
    """Writes the phone book as JSON."""

    help = "Write who answers which number (leads, test lines, staff) as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file to write."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: object, file: Path, **options: object) -> None:
        """Write it."""
        file.write_text(json.dumps(phone_book(settings.TEST_LINES), indent=1))
