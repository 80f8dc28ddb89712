"""Asking the carrier for a media stream, and which call one belongs to: a one-use token, bound to the call's sid."""

import uuid

from django.db.models import F
from django.utils.timezone import now

from calls.carrier import twiml
from calls.models import LIVE_STATUSES, Call
from calls.models.call import new_stream_token
from calls.public_urls import callback_url, stream_url


def stream_twiml(call: Call) -> str:
    """Connect the line to the bridge. When its socket closes, the call goes on at `continue_call`."""
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
    """Allow the call one more stream: its old token has been used."""
    token = new_stream_token()
    if Call.objects.filter(pk=call.pk, stream_claimed_at__isnull=False).update(
        stream_token=token, stream_claimed_at=None, stream_number=F("stream_number") + 1
    ):
        call.refresh_from_db(fields=["stream_token", "stream_claimed_at", "stream_number"])


def claim_stream(call_id: str, *, token: str, call_sid: str) -> Call | None:
    """The live call whose token this is, claimed for this stream; None when wrong, used, ended or another sid's."""
    try:
        key = uuid.UUID(call_id)
    except ValueError:
        return None
    # The token is looked for, not compared: it is random beyond guessing, and this is all that stands before the call.
    claimed = Call.objects.filter(
        pk=key, stream_token=token, twilio_sid=call_sid, status__in=LIVE_STATUSES, stream_claimed_at__isnull=True
    ).update(stream_claimed_at=now())
    return Call.objects.select_related("lead", "placed_by", "comparison").get(pk=key) if claimed else None
