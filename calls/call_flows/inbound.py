"""Inbound calls: greet the caller, schedule a call back to a lead we know, and take an opt-out by key."""

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from calls.call_flows.caller_number import number_of_caller
from calls.call_flows.key_prompt import ask_for_key
from calls.carrier import twiml
from calls.compliance.gate import Block, may_dial, reason_list
from calls.compliance.opt_out_words import OPT_OUT_KEY, opt_out_by
from calls.database.outage import is_outage, outage, patience
from calls.database.writes import durable
from calls.models import CallType
from calls.public_urls import webhook_url
from leads.consent.suppression import suppress_number
from leads.models import Activity, Lead, Suppression
from leads.timeline import activities

KEY_SECONDS = 5
_NEVER = frozenset({"D1", "D2", "D2-archived"})  # rules that no waiting lifts
_ASKED_FOR_NONE = "You asked us not to call you, so we will not call you back."
_NOBODY = "Nobody can take calls on this line."
_NO_CALL_BACK = "Nobody can take calls on this line, and we cannot call your number back."


def greeting_twiml(caller: str, *, call_sid: str) -> str:
    """Greet the caller and offer the opt-out key; a lead we know is put on the due list to be called back.

    Not one the gate would refuse then: nobody is promised what may not be done. While the database is away nobody can
    tell whether we know them: they are looked for once it is back.
    """
    number = number_of_caller(caller)
    try:
        with patience():
            words, may_opt_out = _take_in(number, call_sid=call_sid)
    except Exception as error:
        if not is_outage(error):
            raise
        outage.notice()
        keep_call_back.keep("", number=number, call_sid=call_sid)
        words, may_opt_out = _NOBODY, True
    text = f"Thank you for calling {settings.BROKERAGE_NAME}. {words}"
    return _with_the_way_out(f"{text} ") if may_opt_out else twiml.polite_end(f"{text} Goodbye.")


def _take_in(number: str, *, call_sid: str) -> tuple[str, bool]:
    """Note who called; what they are told, and whether there is anything to opt out of."""
    lead = lead_with_number(number)
    if lead is None:
        return _NOBODY, True
    if refused := _why_not_to_call(lead):
        note_call(lead, f"Called us, and may not be called back: {reason_list(refused)}", call_sid=call_sid)
        return (_ASKED_FOR_NONE if any(block.rule == "D2" for block in refused) else _NO_CALL_BACK), False
    request_call_back(lead, call_sid=call_sid)
    return "An agent will call you back.", True


def _with_the_way_out(text: str) -> str:
    offer = twiml.say(f"{text}If you want no more calls from us, press {OPT_OUT_KEY}.")
    ask = ask_for_key(offer, action=webhook_url("twilio_inbound_key"), seconds=KEY_SECONDS)
    return twiml.document(ask, twiml.say("Goodbye."), twiml.hangup())


def _why_not_to_call(lead: Lead) -> list[Block]:
    """Why nobody may call the lead back at any time; empty where somebody may."""
    decision = may_dial(lead, CallType.REGULAR, now())
    return [block for block in decision.blocked if block.rule in _NEVER]


def key_twiml(caller: str, digits: str) -> str:
    """Suppress the number, then confirm it, when the opt-out key was pressed; any other key ends the call."""
    if opt_out_by(keys=digits) is None:
        return twiml.polite_end("Goodbye.")
    number = number_of_caller(caller)
    if not number:
        return twiml.polite_end("Your number is withheld, so we cannot tell which one to take off our list. Goodbye.")
    suppress_caller.keep("", number=number)
    return twiml.polite_end("You are on our do-not-call list now, and will get no more calls from us. Goodbye.")


def lead_with_number(number: str) -> Lead | None:
    """The lead with that phone number, if there is one; archived leads are not looked for.

    Of several behind one switchboard the one without an extension, else the newest.
    """
    known = Lead.objects.filter(phone=number, archived_at__isnull=True).order_by("phone_extension", "-captured_at")
    return known.first() if number else None


def request_call_back(lead: Lead, *, call_sid: str) -> bool:
    """Put the lead on the due list, with a task to call back; False when this call has done so already."""
    with transaction.atomic():
        if not note_call(lead, "Called us: call back", call_sid=call_sid, kind=Activity.Kind.TASK):
            return False
        Lead.objects.filter(pk=lead.pk).update(next_action_at=now())
    return True


def note_call(lead: Lead, summary: str, *, call_sid: str, kind: Activity.Kind = Activity.Kind.NOTE) -> bool:
    """Note on the timeline that the lead called us; False when this call has been noted already."""
    with transaction.atomic():
        Lead.objects.select_for_update().get(pk=lead.pk)  # the carrier may ask twice at once
        if lead.activities.filter(data__carrier_call=call_sid).exists():
            return False
        data = {"carrier_call": call_sid}
        activities.record_activity(lead.pk, kind, summary, actor=lead.owner, data=data)
    return True


@durable("called_us")
def keep_call_back(call_id: str, *, number: str, call_sid: str) -> None:
    """Put the lead with that number on the due list, if there is one and they may be called."""
    _take_in(number, call_sid=call_sid)


@durable("pressed_nine")
def suppress_caller(call_id: str, *, number: str) -> None:
    """Suppress that number, and note it on its lead's timeline. A call that comes in has no row."""
    new = suppress_number(number, reason=Suppression.Reason.KEYPAD)
    if new and (lead := lead_with_number(number)) is not None:
        activities.record_activity(lead.pk, Activity.Kind.OPT_OUT, "Pressed 9: no more calls")
