"""API tokens: issuing them, finding their user, and who may place calls in another's name."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.timezone import now

from calls.models import ApiToken
from leads.models import StaffProfile

PREFIX = "rs_"  # so that a leaked token is recognized for what it is
_USE_NOTED_EVERY = timedelta(minutes=5)


def may_act_for(user: User, other: User) -> bool:
    """Whether `user` may place calls in `other`'s name: managers and admins may."""
    if user == other or user.is_superuser:
        return True
    return StaffProfile.objects.filter(user=user, is_manager=True).exists()


def issue_token(user: User) -> str:
    """Create an API token for that user and return it. Only its digest is stored, so it is seen this once."""
    raw = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(user=user, digest=digest_of(raw), hint=raw[-4:])
    return raw


def user_of_token(raw: str) -> User | None:
    """The active user this token belongs to; None when it is unknown or revoked."""
    token = ApiToken.objects.select_related("user").filter(digest=digest_of(raw), revoked_at__isnull=True).first()
    if token is None or not token.user.is_active:
        return None
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now() - _USE_NOTED_EVERY)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now())
    return token.user


def digest_of(raw: str) -> str:
    """The digest a token is stored as. A token is 256 random bits, so a plain hash cannot be reversed by guessing."""
    return hashlib.sha256(raw.encode()).hexdigest()
