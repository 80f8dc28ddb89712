"""Warm transfer: the lead's line dials the colleague, who hears who it is and takes the call by pressing 1.

The lead's own leg dials, so the ringing stops when the lead hangs up. The carrier may ask for every document twice, so
each depends on a `Transfer` row whose status moves forward once.
"""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from calls.agent.colleagues import engine_of, request_transfer, transfer_announcement
from calls.agent.phrases import HAND_OVER
from calls.call_flows.key_prompt import ask_for_key, is_connect_key
from calls.call_log.callbacks import file_call_back
from calls.call_log.engine_spans import begin_engine
from calls.call_log.events import log_event
from calls.carrier import twiml
from calls.carrier.media_stream import renew_token, stream_twiml
from calls.conversational import entries
from calls.models import OPEN_TRANSFER_STATUSES, Call, CallStatus, Disposition, Engine, EventKind, Transfer
from calls.providers import ProviderError
from calls.providers.twilio import telephony
from calls.public_urls import callback_url, webhook_url
from leads.models import StaffProfile
from leads.phone_numbers import keys_after_answer

RING_SECONDS = 20
RING_TONE = "uk"  # pauses for two seconds at most; the North American one for four, in which a line seems dead


def take_over(call: Call, by: User) -> str:
    """Transfer a live AI call to the staff user who watches it; "" or, in words for them, why it cannot be done.

    Raises ProviderError when the carrier does not accept the request; the call then stays with the AI.
    """
    engine = engine_of(call)
    if call.status != CallStatus.IN_PROGRESS or engine is None:
        return "The AI does not hold this call now."
    profile = StaffProfile.objects.filter(user=by).exclude(phone="").first()
    if profile is None:
        return "Taking over rings your phone, and your profile has no phone number."
    if str(profile.phone) == str(call.to_number):
        return "The phone that would be rung is the one on this call."
    reason = Transfer.Reason.TAKE_OVER
    asked = request_transfer(call, reason, summary="", at=now(), back_to=engine, colleague=profile)
    if asked is None or asked.reason != reason:
        return "The call is going to a colleague already."
    _redirect_to_colleague(asked)
    return ""


def open_transfer(call: Call) -> Transfer | None:
    """The transfer under way: announced, or the colleague's phone rings."""
    return call.transfers.filter(status__in=OPEN_TRANSFER_STATUSES).first()


def ring_twiml(call: Call) -> str:
    """For the lead's line: ring the colleague; after a transfer that is over, what follows it."""
    transfer = call.transfers.last()
    if transfer is None:
        return entries.continue_twiml(call)
    if transfer.status not in OPEN_TRANSFER_STATUSES:
        return after_transfer_twiml(transfer)
    if Transfer.objects.filter(pk=transfer.pk, status=Transfer.Status.ASKED).update(
        status=Transfer.Status.RINGING, rung_at=now()
    ):
        begin_engine(call.pk, Engine.RINGING, reason=_span_reason(transfer))
        log_event(call.pk, EventKind.TRANSFER, transfer=transfer.pk, state="ringing")
    words = [twiml.say(HAND_OVER)] if transfer.reason == Transfer.Reason.TAKE_OVER else []
    number = twiml.verb(
        "Number",
        transfer.phone,
        send_digits=_keys_of(transfer),
        url=webhook_url("twilio_whisper", call.pk, transfer.pk),
        method="POST",
    )
    dial = twiml.verb(
        "Dial",
        number,
        action=callback_url("twilio_transferred", call.pk, transfer.pk),
        method="POST",
        caller_id=settings.TWILIO_FROM_NUMBER,
        answer_on_bridge=True,  # it rings on for the lead while the colleague hears who it is
        ring_tone=RING_TONE,
        timeout=RING_SECONDS,
        time_limit=settings.MAX_CALL_SECONDS,
    )
    return twiml.document(*words, dial)


def whisper_twiml(transfer: Transfer) -> str:
    """For the colleague's line: announce the lead and wait for the 1 key. Without it hang up: it may be a mailbox."""
    if transfer.status not in OPEN_TRANSFER_STATUSES:
        return twiml.document(twiml.hangup())
    action = webhook_url("twilio_accept", transfer.call_id, transfer.pk)
    headline, details = map(twiml.say, transfer_announcement(transfer))
    return twiml.document(ask_for_key(headline, twiml.pause(1), details, action=action), twiml.hangup())


def accept_twiml(transfer: Transfer, *, digits: str) -> str:
    """For the colleague's line: on 1 an empty document, after which the carrier connects the two."""
    if not is_connect_key(digits) or not _connect(transfer):
        return twiml.document(twiml.hangup())
    return twiml.document()


def transfer_over_twiml(transfer: Transfer, *, bridged: bool, lead_is_there: bool = True) -> str:
    """For the lead's line, when the colleague's leg is over or never came about; hang up when the lead has left."""
    if not lead_is_there:
        return twiml.document(twiml.hangup())
    with transaction.atomic():
        over = {"ended_at": now()}
        talked = Transfer.objects.filter(pk=transfer.pk, status=Transfer.Status.CONNECTED)
        if bridged and talked.update(**over):
            return twiml.document(twiml.hangup())
        unanswered = Q(status__in=OPEN_TRANSFER_STATUSES) | Q(status=Transfer.Status.CONNECTED, ended_at__isnull=True)
        if Transfer.objects.filter(unanswered, pk=transfer.pk).update(status=Transfer.Status.UNANSWERED, **over):
            _record_unanswered(transfer)
    transfer.refresh_from_db()
    return after_transfer_twiml(transfer)


def after_transfer_twiml(transfer: Transfer) -> str:
    """For the lead's line, after a transfer nobody took: back to the AI, or promise a call back and say goodbye."""
    call = transfer.call
    if transfer.status == Transfer.Status.CONNECTED:
        return twiml.document(twiml.hangup())
    if transfer.back_to == Engine.REALTIME:
        return stream_twiml(call)
    if transfer.back_to == Engine.CONVERSATION:
        return entries.resume_twiml(call, transfer)
    return entries.promise_twiml(call, reason="nobody_answered")


def _keys_of(transfer: Transfer) -> str | None:
    """The keys of the colleague's extension, if they have one."""
    profile = StaffProfile.objects.filter(user=transfer.colleague_id, phone=transfer.phone).first()
    return (keys_after_answer(profile.phone_extension) if profile else "") or None


def _redirect_to_colleague(transfer: Transfer) -> None:
    call = transfer.call
    try:
        telephony().redirect_call(str(call.twilio_sid), url=webhook_url("twilio_transfer", call.pk))
    except ProviderError:
        Transfer.objects.filter(pk=transfer.pk, status=Transfer.Status.ASKED).delete()
        raise


def _connect(transfer: Transfer) -> bool:
    with transaction.atomic():
        first = Transfer.objects.filter(pk=transfer.pk, status=Transfer.Status.RINGING).update(
            status=Transfer.Status.CONNECTED, connected_at=now()
        )
        if first:
            call = Call.objects.filter(Q(outcome=Disposition.NONE) | Q(outcome_by_ai=True), pk=transfer.call_id)
            by_ai = transfer.reason != Transfer.Reason.TAKE_OVER
            call.update(outcome=Disposition.TRANSFERRED, outcome_by_ai=by_ai)
            begin_engine(transfer.call_id, Engine.HUMAN, reason="answered")
            log_event(transfer.call_id, EventKind.TRANSFER, transfer=transfer.pk, state="connected")
    return bool(first) or Transfer.objects.filter(pk=transfer.pk, status=Transfer.Status.CONNECTED).exists()


def _record_unanswered(transfer: Transfer) -> None:
    """Record that nobody took the call: file a call back, and let the AI open a new stream."""
    call = transfer.call
    to = transfer.back_to or "call_back"
    log_event(call.pk, EventKind.TRANSFER, transfer=transfer.pk, state="unanswered")
    log_event(call.pk, EventKind.FALLBACK, part="colleague", to=to, reason="no_answer")
    file_call_back(call, reason=_call_back_reason(transfer))
    if transfer.back_to == Engine.REALTIME:
        renew_token(call)


def _call_back_reason(transfer: Transfer) -> str:
    if transfer.reason == Transfer.Reason.TECH:
        return f"{transfer.summary}, and nobody answered"
    return f"{transfer.get_reason_display().lower()}, and nobody answered. {transfer.summary}".strip()


def _span_reason(transfer: Transfer) -> str:
    return transfer.summary[:60] if transfer.reason == Transfer.Reason.TECH else f"transfer: {transfer.reason}"
