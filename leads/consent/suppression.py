"""Suppression of phone numbers: who may not be called, at all or by an AI. A suppression only ever grows stricter."""

import uuid

from django.utils.timezone import now

from leads.models import Suppression


def suppress_number(
    phone: str,
    *,
    reason: Suppression.Reason,
    scope: Suppression.Scope = Suppression.Scope.COMPANY,
    call_id: uuid.UUID | None = None,
) -> bool:
    """Suppress an E.164 number; True when this changed anything.

    A second request keeps the first one's date. A company-wide request widens an AI-only one, never the reverse.
    """
    request = {"scope": scope, "reason": reason, "requested_at": now(), "call_id": call_id}
    _, created = Suppression.objects.get_or_create(phone=phone, defaults=request)
    if created or scope != Suppression.Scope.COMPANY:
        return created
    return bool(Suppression.objects.filter(phone=phone, scope=Suppression.Scope.AI_ONLY).update(**request))


def is_suppressed(phone: str, *, by_ai: bool) -> bool:
    """Whether this number may not be called: at all, or, with `by_ai`, by an AI voice."""
    scopes = [Suppression.Scope.COMPANY, *([Suppression.Scope.AI_ONLY] if by_ai else [])]
    return Suppression.objects.filter(phone=phone, scope__in=scopes).exists()
