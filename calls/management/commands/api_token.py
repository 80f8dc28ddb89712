"""`manage.py api_token USER`: a new API token for that staff user, shown once."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from calls.api.tokens import issue_token
from calls.models import ApiToken


class Command(BaseCommand):
    """Issue or revoke tokens of the JSON API."""

    help = "Print a new API token for a staff user, once; or revoke all that user's tokens."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--revoke", action="store_true", help="revoke every token of that user instead")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"No user named {options['username']!r}")
        if options["revoke"]:
            revoked = ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=now())
            self.stdout.write(f"Revoked {revoked}")
            return
        if not user.is_staff or not user.is_active:
            raise CommandError(f"{user.username!r} is no active staff user, so the API would refuse the token")
        self.stdout.write(issue_token(user))
