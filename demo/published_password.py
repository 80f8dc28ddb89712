"""The demo's password is published with the code: where may an account have it?

On a machine of one's own, with stand-ins for the vendors. Where strangers reach the login page, or calls reach people,
it would be an open door to a superuser.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth.models import User
from django.core.checks import CheckMessage, Error
from django.db import DatabaseError

from demo.people import DEMO_PASSWORD

OFFICIAL_OPENAI = "https://api.openai.com/"


def why_not_here() -> str:
    """Why the demo's accounts have no business here, or ""."""
    reasons = [f"{name} is set and goes to the real service" for name in _real_vendors()]
    if settings.IS_PUBLIC:
        reasons.append(f"PUBLIC_URL is {settings.PUBLIC_URL}, which others may reach")
    return "; ".join(reasons)


def no_account_has_it(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """An error for each account that anybody who has read the code can log in to."""
    try:
        users = list(User.objects.filter(is_active=True, username__in=("ana", "omar", "mona")))
    except DatabaseError:  # not migrated yet
        return []
    return [
        Error(
            f"The account {user.username} has the demo's published password",
            hint=f"manage.py changepassword {user.username}",
            id="demo.E001",
        )
        for user in users
        if user.check_password(DEMO_PASSWORD)
    ]


def _real_vendors() -> Iterator[str]:
    if settings.TWILIO_ACCOUNT_SID and not settings.TWILIO_API_BASE_URL:
        yield "TWILIO_ACCOUNT_SID"
    if settings.OPENAI_API_KEY and settings.OPENAI_BASE_URL.startswith(OFFICIAL_OPENAI):
        yield "OPENAI_API_KEY"
    if settings.AWS_ACCESS_KEY_ID and not settings.AWS_ENDPOINT_URL_POLLY:
        yield "AWS_ACCESS_KEY_ID"
