"""`manage.py seed_demo`: add the synthetic staff, homes and leads. It can be run again at any time."""

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from demo.people import DEMO_PASSWORD
from demo.seeding import seed_leads, seed_listings, seed_staff


class Command(BaseCommand):
    """Adds what is missing; never changes what is there, except that homes count as refreshed today."""

    help = "Add the synthetic brokerage: two members of staff, an admin, 400 homes, 60 leads."

    def add_arguments(self, parser: CommandParser) -> None:
        """The password of the three accounts."""
        parser.add_argument(
            "--password", default="", help=f"password of omar, mona and ana (new accounts: {DEMO_PASSWORD})"
        )

    def handle(self, *args: object, password: str, verbosity: int, **options: object) -> None:
        """Seed and say what was added."""
        anchor = now().replace(second=0, microsecond=0)
        staff = seed_staff(password or DEMO_PASSWORD, reset=bool(password))
        homes = seed_listings(anchor=anchor)
        leads = seed_leads(anchor=anchor)
        if verbosity:
            names = ", ".join(user.username for user in staff)
            self.stdout.write(f"homes added: {homes}; leads added: {leads}")
            self.stdout.write(f"login: {names}; password of a new account: {password or DEMO_PASSWORD}")
