"""`manage.py api_token USER`: a new API token for that staff user, shown once; or their tokens listed or revoked."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from calls.api.tokens import issue_token
from calls.models import ApiToken
from calls.models.api_token import VALID_DAYS

MOST_DAYS = 3650


class Command(BaseCommand):
    """Issue, list or revoke tokens of the JSON API."""

    help = "Print a new API token for a staff user, once; or list or revoke that user's tokens."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--days", type=int, default=VALID_DAYS, help="how long it is valid (default: %(default)s)")
        parser.add_argument("--list", action="store_true", help="list the tokens of that user instead")
        parser.add_argument("--revoke", action="store_true", help="revoke every token of that user instead")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"No user named {options['username']!r}")
        if options["list"]:
            self._list(ApiToken.objects.filter(user=user).order_by("created_at"))
        elif options["revoke"]:
            revoked = ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=now())
            self.stdout.write(f"Revoked {revoked}")
        else:
            self._issue(user, options["days"])

    def _issue(self, user: User, days: int) -> None:
        if not user.is_staff or not user.is_active:
            raise CommandError(f"{user.username!r} is no active staff user, so the API would refuse the token")
        if not 1 <= days <= MOST_DAYS:
            raise CommandError(f"--days is a number from 1 to {MOST_DAYS}")
        self.stdout.write(issue_token(user, days=days))

    def _list(self, tokens: Iterable[ApiToken]) -> None:
        for token in tokens:
            state = "revoked" if token.revoked_at else "valid" if token.is_valid(now()) else "over"
            used = f"{token.last_used_at:%Y-%m-%d}" if token.last_used_at else "never"
            self.stdout.write(f"...{token.hint}  {state}, until {token.expires_at:%Y-%m-%d}, last used {used}")
