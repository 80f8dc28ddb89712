"""Media streams: the TwiML that opens one, and the one-use token, bound to the call's sid, that identifies its call."""

import uuid

from django.db.models import F
from django.utils.timezone import now

from calls.carrier import twiml
from calls.models import Call
from calls.models.call import new_stream_token
from calls.public_urls import callback_url, stream_url


def stream_twiml(call: Call) -> str:
    """Connect the line to the bridge. When the stream closes, the carrier asks `continue_call` what to do next."""
    stream = twiml.verb(
        "Stream",
        twiml.verb("Parameter", name="call", value=str(call.pk)),
        twiml.verb("Parameter", name="token", value=call.stream_token),
        url=stream_url(),
        status_callback=callback_url("twilio_stream", call.pk),
        status_callback_method="POST",
    )
    return twiml.document(twiml.verb("Connect", stream), twiml.redirect(callback_url("twilio_continue", call.pk)))


def renew_token(call: Call) -> None:
    """Give the call a new token for one more stream; a token that is still unused is kept."""
    token = new_stream_token()
    if Call.objects.filter(pk=call.pk, stream_claimed_at__isnull=False).update(
        stream_token=token, stream_claimed_at=None, stream_number=F("stream_number") + 1
    ):
        call.refresh_from_db(fields=["stream_token", "stream_claimed_at", "stream_number"])


def claim_stream(call_id: str, *, token: str, call_sid: str) -> Call | None:
    """Claim the live call of this token; None when it is wrong or used, or the call has ended or has another sid."""
    try:
        key = uuid.UUID(call_id)
    except ValueError:
        return None
    # The token is part of the query, not compared in constant time: it is too long to guess, and it is used once.
    waiting = Call.objects.live().filter(
        pk=key, stream_token=token, twilio_sid=call_sid, stream_claimed_at__isnull=True
    )
    claimed = waiting.update(stream_claimed_at=now())
    return Call.objects.with_people().get(pk=key) if claimed else None
