"""`manage.py demo_compare`: start everything with a temporary database, compare the three call types, report."""

import shutil
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo.call_logs import keep_call_logs
from demo.settings_shown import sandbox_settings, with_settings
from demo.stack import Stack, StackError


class Command(BaseCommand):
    """Runs the comparison; exit status 0 when every call succeeded."""

    help = "Place the three calls to the first demo lead on free ports with a temporary database; print the table."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """What to print and how often, whom to call."""
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
        parser.add_argument("--persona", default="", help="whose test lines to dial")
        parser.add_argument("--times", type=int, default=1, help="comparisons, each from a fresh start")
        parser.add_argument(
            "--keep",
            action="store_true",
            help="keep the database, and the sandbox's log, ladder and truth of each call",
        )
        parser.add_argument(
            "--var", type=Path, default=settings.BASE_DIR / "var" / "compare", help="folder, emptied at the start"
        )

    def handle(
        self, *args: object, json: bool, persona: str, times: int, keep: bool, var: Path, **options: object
    ) -> None:
        """Run the comparison(s); the first failure ends it. Recordings and logs stay, the database when asked for."""
        for number in range(1, times + 1):
            folder = var / str(number) if times > 1 else var
            shutil.rmtree(folder, ignore_errors=True)
            try:
                self._compare(Stack(var_dir=folder), json=json, persona=persona, keep=keep)
            finally:
                for database in folder.glob("ringside.sqlite3*") if not keep else ():
                    database.unlink()

    def _compare(self, stack: Stack, *, json: bool, persona: str, keep: bool) -> None:
        arguments = ["compare_calls", "first"]
        arguments += ["--json"] if json else []
        arguments += ["--persona", persona] if persona else []
        try:
            with stack.running():
                stand_ins = sandbox_settings(stack.vendor_url)
                done = stack.manage(*arguments)
                if keep:
                    keep_call_logs(stack.vendor_url, stack.var_dir / "calls")
        except StackError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(with_settings(done.stdout, stand_ins, as_json=json))
        if done.returncode:
            sys.exit(done.returncode)
