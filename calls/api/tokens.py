"""API tokens: issuing them, finding their user, and who may place calls in another's name."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils.timezone import now

from calls.models import ApiToken
from calls.models.api_token import VALID_DAYS
from leads.models import is_manager

PREFIX = "rs_"  # so that a leaked token is recognized for what it is
_USE_NOTED_EVERY = timedelta(minutes=5)


def may_act_for(user: User, other: User) -> bool:
    """Whether `user` may place calls in `other`'s name: managers and admins may."""
    return user == other or is_manager(user)


def issue_token(user: User, *, days: int = VALID_DAYS) -> str:
    """Create an API token for that user and return it. Only its digest is stored, so it is seen this once."""
    raw = PREFIX + secrets.token_urlsafe(32)
    ends = now() + timedelta(days=days)
    ApiToken.objects.create(user=user, digest=digest_of(raw), hint=raw[-4:], expires_at=ends)
    return raw


def tokens_visible_to(user: User) -> QuerySet[ApiToken]:
    """The tokens a user may see and revoke: managers all, everybody else their own."""
    return ApiToken.objects.all() if is_manager(user) else ApiToken.objects.filter(user=user)


def user_of_token(raw: str) -> User | None:
    """The active user this token belongs to; None when it is unknown, over or revoked."""
    token = ApiToken.objects.select_related("user").filter(digest=digest_of(raw)).first()
    if token is None or not token.is_valid(now()) or not token.user.is_active:
        return None
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now() - _USE_NOTED_EVERY)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now())
    return token.user


def digest_of(raw: str) -> str:
    """The digest a token is stored as. A token is 256 random bits, so a plain hash cannot be reversed by guessing."""
    return hashlib.sha256(raw.encode()).hexdigest()
