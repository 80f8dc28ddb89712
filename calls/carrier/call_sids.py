"""Which of the carrier's calls is which of ours. A sid is given once and never changes."""

import uuid

from django.db import IntegrityError, transaction

from calls.models import Call, CallStatus


def adopt_sid(call_id: uuid.UUID, sid: str) -> bool:
    """Give a dialed call without a sid this one; False when it has another one, or another call has this.

    The carrier's first requests about a call come side by side, so the one that is second finds its sid given.
    """
    try:
        with transaction.atomic():
            given = (
                Call.objects.filter(pk=call_id, twilio_sid__isnull=True)
                .exclude(status=CallStatus.QUEUED)
                .update(twilio_sid=sid)
            )
    except IntegrityError:
        return False
    return bool(given) or Call.objects.filter(pk=call_id, twilio_sid=sid).exists()
