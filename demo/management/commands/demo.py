"""`manage.py demo`: run all of Ringside on this machine, with simulated vendors and callers who answer."""

from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo.people import DEMO_PASSWORD
from demo.stack import Stack, StackError


class Command(BaseCommand):
    """Starts everything and stays until Ctrl-C."""

    help = "Run everything on one machine: migrate, seed, carrier, models, web and worker. Ctrl-C ends it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to serve, and where to keep the data."""
        parser.add_argument("--port", type=int, default=8000, help="dashboard port (another one if it is taken)")
        parser.add_argument("--var", type=Path, default=settings.BASE_DIR / "var" / "demo", help="data folder")

    def handle(self, *args: object, port: int, var: Path, **options: object) -> None:
        """Run until told to stop."""
        stack = Stack(var_dir=var, port=port)
        try:
            with stack.running():
                self.stdout.write(self._welcome(stack))
                stack.watch()
        except StackError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            pass
        with suppress(OSError):  # the terminal may be gone
            self.stdout.write("stopped")

    def _welcome(self, stack: Stack) -> str:
        return (
            f"\nRingside is ready.\n"
            f"  dashboard  {stack.url}/\n"
            f"  admin      {stack.url}/admin/\n"
            f"  login      ana / {DEMO_PASSWORD}  (admin), omar (agent), mona (manager): same password\n"
            f"  inspector  {stack.vendor_url}/sandbox/   (what passes between Ringside and its simulated vendors)\n"
            f"  phone      {stack.vendor_url}/sandbox/phone   (take a lead's number and answer with your own voice)\n"
            f"  logs       {stack.var_dir}\n"
            f"Open a lead and press “Compare side by side”. Ctrl-C stops everything.\n"
        )
