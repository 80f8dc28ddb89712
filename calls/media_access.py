"""Which call a media stream belongs to: a one-use token per attempt, bound to the carrier's call sid."""

import secrets
import uuid

from django.utils.timezone import now

from calls.models import LIVE_STATUSES, Call


def claim_stream(call_id: str, *, token: str, call_sid: str) -> Call | None:
    """The live call whose token this is, claimed for this stream; None when wrong, used, ended or another sid's."""
    try:
        key = uuid.UUID(call_id)
    except ValueError:
        return None
    call = Call.objects.select_related("lead", "placed_by", "comparison").filter(pk=key).first()
    if call is None or not secrets.compare_digest(call.stream_token.encode(), token.encode()):
        return None
    claimed = Call.objects.filter(
        pk=key, twilio_sid=call_sid, status__in=LIVE_STATUSES, stream_claimed_at__isnull=True
    ).update(stream_claimed_at=now())
    return call if claimed else None
