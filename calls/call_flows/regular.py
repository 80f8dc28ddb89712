"""The regular call: ring the staff member, announce the lead, connect on the 1 key, record.

The call's own leg is the staff member's; the lead is dialed from its TwiML. Recording is announced to both sides:
many states require the consent of all parties, and a lead's state is often unknown.
"""

from xml.etree.ElementTree import Element

from django.conf import settings
from django.utils.timezone import now

from calls.call_flows.key_prompt import CONNECT_KEY, ask_for_key, is_connect_key
from calls.call_log.events import log_event
from calls.carrier import twiml
from calls.compliance.gate import may_dial
from calls.lifecycle.placing import lead_extension
from calls.lifecycle.progress import CARRIER_STATUSES, StatusReport, record_lead_leg
from calls.models import Call, CallStatus, CallType, EventKind
from calls.public_urls import callback_url, webhook_url
from calls.speech.names import spoken_name
from leads.phone_numbers import keys_after_answer

WHISPERS = 2  # asked twice for the key, then the call ends
NOTICE = "Hello, this is {brokerage}. This call is recorded."


def whisper_twiml(call: Call, *, number: int = 1) -> str:
    """Announce the lead to the staff member and wait for the 1 key. `number` counts how often they were asked."""
    if number > WHISPERS:
        return twiml.polite_end("No key was pressed, so the lead was not called. Goodbye.")
    action = webhook_url("twilio_bridge", call.pk, number)
    text = lead_announcement(call) if number == 1 else f"Please press {CONNECT_KEY} to connect."
    return twiml.document(ask_for_key(twiml.say(text), action=action), twiml.redirect(action))


def lead_announcement(call: Call) -> str:
    """Who the lead is, what they want, and the key to press, in two or three sentences."""
    lead = call.lead
    known = [
        spoken_name(lead.full_name) or "A lead",
        f"{lead.get_intent_display()} lead" if lead.intent != "unknown" else "new lead",
    ]
    if lead.inquiry_listing is not None:
        known.append(f"asked about {lead.inquiry_listing.unparsed_address}")
    known.append(f"came by {lead.get_source_display()}" if lead.source != "other" else "")
    facts = ", ".join(filter(None, known))
    return f"{settings.BROKERAGE_NAME}. {facts}. The call is recorded. Press {CONNECT_KEY} to connect."


def connect_twiml(call: Call, *, digits: str, number: int) -> str:
    """After the whisper: on 1 dial the lead, when the gate still allows it; without the key ask again."""
    if not is_connect_key(digits):
        return whisper_twiml(call, number=number + 1)
    decision = may_dial(
        call.lead,
        CallType.REGULAR,
        now(),
        to_number=str(call.to_number),
        placed_by=call.placed_by,
        call=call,
    )
    log_event(call.pk, EventKind.GATE, dedupe_key="gate:bridge", **decision.as_json())
    if not decision.allowed:
        return twiml.polite_end(f"{decision.blocked[0].reason}. The lead was not called. Goodbye.")
    log_event(call.pk, EventKind.CONNECTING, dedupe_key="connecting")
    return twiml.document(_dial_lead(call))


def notice_twiml() -> str:
    """The notice that the call is recorded, which the lead hears before the two are connected."""
    return twiml.document(twiml.say(NOTICE.format(brokerage=settings.BROKERAGE_NAME)))


def lead_leg_over_twiml(call: Call, report: StatusReport) -> str:
    """After the lead's leg: record its result, and tell the staff member when nobody was reached."""
    if report.sid:
        spoke = report.seconds or CARRIER_STATUSES.get(report.status) in (CallStatus.COMPLETED, CallStatus.IN_PROGRESS)
        if spoke and call.answered_at is None:  # the report of the answer was lost, or is late
            record_lead_leg(call, StatusReport(sid=report.sid, status="in-progress", sequence="dial"))
        record_lead_leg(call, report)
    if CARRIER_STATUSES.get(report.status) in (CallStatus.COMPLETED, CallStatus.IN_PROGRESS):
        return twiml.document(twiml.hangup())
    return twiml.polite_end("The lead did not answer. Goodbye.")


def _dial_lead(call: Call) -> Element:
    number = twiml.verb(
        "Number",
        str(call.to_number),
        send_digits=keys_after_answer(lead_extension(call)) or None,
        url=webhook_url("twilio_notice", call.pk),
        method="POST",
        status_callback=callback_url("twilio_lead_leg", call.pk),
        status_callback_event="initiated ringing answered completed",
        status_callback_method="POST",
    )
    return twiml.verb(
        "Dial",
        number,
        action=webhook_url("twilio_dialed", call.pk),
        method="POST",
        caller_id=settings.TWILIO_FROM_NUMBER,
        answer_on_bridge=True,
        timeout=settings.RING_SECONDS,
        time_limit=settings.MAX_CALL_SECONDS,
        record="record-from-answer-dual",
        recording_status_callback=callback_url("twilio_recording", call.pk),
        recording_status_callback_method="POST",
        recording_status_callback_event="completed absent",
    )
