"""Which of the carrier's calls is which of ours. A sid is given once and never changes."""

import uuid

from django.db import IntegrityError, transaction

from calls.models import Call, CallStatus


def adopt_sid(call_id: uuid.UUID, sid: str) -> bool:
    """Give a dialled call without a sid this one; False when it has one, or another call has this."""
    try:
        with transaction.atomic():
            return bool(
                Call.objects.filter(pk=call_id, twilio_sid__isnull=True)
                .exclude(status=CallStatus.QUEUED)
                .update(twilio_sid=sid)
            )
    except IntegrityError:
        return False
