"""Match the carrier's calls to ours by their sid, which a call is given once and keeps."""

import uuid

from django.db import IntegrityError, transaction

from calls.models import Call, CallStatus


def adopt_sid(call_id: uuid.UUID, sid: str) -> bool:
    """Store this sid for a dialed call that has none; False when the call has another, or another call has this.

    The carrier's first requests about a call come at once, so the second of them finds the sid stored.
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
