"""`manage.py seed_demo`: add the synthetic staff, homes and leads. It can be run again at any time."""

import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from demo.people import DEMO_PASSWORD
from demo.published_password import why_not_here
from demo.seeding import seed_leads, seed_listings, seed_staff


class Command(BaseCommand):
    """Adds what is missing; never changes what is there, except that homes count as refreshed today."""

    help = "Add the synthetic brokerage: two members of staff, an admin, 400 homes, 60 leads and their calls."

    def add_arguments(self, parser: CommandParser) -> None:
        """The password of the three accounts."""
        parser.add_argument(
            "--password", default="", help=f"password of omar, mona and ana (new accounts: {DEMO_PASSWORD})"
        )
        parser.add_argument(
            "--even-here",
            action="store_true",
            help="seed although vendors are real or the address is public; asks for a password of your own",
        )

    def handle(self, *args: object, password: str, even_here: bool, verbosity: int, **options: object) -> None:
        """Seed and say what was added."""
        chosen = self._password(password, even_here=even_here)
        anchor = now().replace(second=0, microsecond=0)
        staff = seed_staff(chosen or DEMO_PASSWORD, reset=bool(chosen))
        homes = seed_listings(anchor=anchor)
        leads = seed_leads(anchor=anchor)
        if verbosity:
            names = ", ".join(user.username for user in staff)
            self.stdout.write(f"homes added: {homes}; leads added: {leads}")
            shown = "the one you gave" if chosen else f"of a new account: {DEMO_PASSWORD}"
            self.stdout.write(f"login: {names}; password {shown}")

    def _password(self, given: str, *, even_here: bool) -> str:
        """The password to set; empty for the published one, which is for a machine of one's own only."""
        why_not = why_not_here()
        if not why_not:
            return given
        if not even_here:
            raise CommandError(
                f"Not seeded: {why_not}. This makes an admin, ana, whose password is published with the code. "
                "With --even-here you are asked for one of your own."
            )
        return own_password(given or getpass.getpass("Password for omar, mona and ana: "))


def own_password(password: str) -> str:
    """The password, if it is not the published one and not easily guessed. Raises CommandError."""
    if password == DEMO_PASSWORD:
        raise CommandError("Not seeded: that password is published with the code")
    try:
        validate_password(password)
    except ValidationError as error:
        raise CommandError(f"Not seeded: {' '.join(error.messages)}") from error
    return password
