"""Answering machine detection (AMD): listen until the greeting ends, answer a call-screening assistant, or hang up.

No message is left (47 CFR 64.1200(a)(1) covers a mailbox too). After the verdict we play nothing but an introduction
that was asked for. When a person comes on the line, the conversation begins with the opening.
"""

from datetime import timedelta

import structlog
from django.conf import settings
from django.utils.timezone import now

from calls.agent import phrases
from calls.agent.briefing import brief
from calls.call_flows.call_screening import Move, next_move
from calls.call_log.engine_spans import begin_engine
from calls.call_log.events import log_event
from calls.call_log.transcript import Utterance, add_turn
from calls.carrier import twiml
from calls.carrier.media_stream import renew_token, stream_twiml
from calls.compliance.opt_out import keep_opt_out
from calls.conversational import documents, entries
from calls.conversational.documents import Ear, Spoken
from calls.conversational.voice import VOICE, spoken
from calls.models import Call, CallEvent, CallType, Disposition, Engine, EventKind, Turn
from calls.providers import ProviderError
from calls.providers.twilio import telephony
from calls.public_urls import callback_url, webhook_url
from calls.understanding.recognition_results import RecognitionResult, Verdict, classify
from leads.models import Suppression

log = structlog.get_logger(__name__)

GREETING_SECONDS = 6  # of silence: a mailbox has begun to record
HOLDING_SECONDS = 25  # an assistant fetches its person
_HEARD_OUT = ("machine_start",)  # it is still speaking; the other verdicts come when it has had its say
_MACHINES = ("machine", "fax")
_SURELY_TRIED = timedelta(seconds=10)  # whoever got the verdict first and noted nothing by then has died


def record_answered_by(call: Call, answered_by: str) -> bool:
    """Record machine detection's verdict; True when a machine answered and the line was taken from the AI.

    A repeated verdict changes nothing, since by then a person may be on the line, unless the first one had no effect:
    the carrier refused to redirect and to end the call. Then it raises ProviderError, so that the verdict comes again.
    """
    Call.objects.filter(pk=call.pk, answered_by="").update(answered_by=answered_by[:24])
    news = log_event(call.pk, EventKind.ANSWERED_BY, dedupe_key="answered_by", verdict=answered_by)
    if not answered_by.startswith(_MACHINES) or call.type == CallType.REGULAR or not (news or _had_no_effect(call)):
        return False
    Call.objects.filter(pk=call.pk, outcome=Disposition.NONE).update(outcome=Disposition.VOICEMAIL)
    call.refresh_from_db()
    if call.is_ended or not call.twilio_sid:
        return False
    try:
        if not (answered_by in _HEARD_OUT and _hear_out(call)):
            telephony().end_call(str(call.twilio_sid))
    except ProviderError as error:
        log.warning("call to a machine not hung up", call=str(call.pk), code=error.code)
        log_event(call.pk, EventKind.MACHINE_TAKEN, done=False)
        raise
    log_event(call.pk, EventKind.MACHINE_TAKEN, done=True)
    return True


def _had_no_effect(call: Call) -> bool:
    """Whether a verdict came before and the line was not taken from the AI for it, as something failed."""
    tried = call.events.filter(kind=EventKind.MACHINE_TAKEN).last()
    if tried is not None:
        return not tried.data["done"]
    return call.events.filter(dedupe_key="answered_by", at__lt=now() - _SURELY_TRIED).exists()


def overheard_twiml(call: Call, number: int, heard: RecognitionResult) -> str:
    """The document after the `number`-th thing the machine said, the same when asked again; 0 begins to listen."""
    if number == 0:
        begin_engine(call.pk, Engine.MACHINE, reason=call.answered_by)
        return _listen(call, 0, seconds=GREETING_SECONDS)
    match _decide(call, number, heard):
        case Move.HANG_UP:
            return _hang_up_twiml(call)
        case Move.INTRODUCE:
            return _introduce(call, number)
        case Move.LISTEN:
            return _listen(call, number, seconds=HOLDING_SECONDS)
        case Move.TALK:
            return _talk(call)
        case Move.OPT_OUT:
            return _say_goodbye(call, number)


def began_after_machine(call: Call) -> bool:
    """Whether the call's present stream began when a person came on after a machine; they have heard no opening yet."""
    return call.events.filter(kind=EventKind.PERSON_AFTER_MACHINE, data__stream=call.stream_number).exists()


def _hear_out(call: Call) -> bool:
    try:
        telephony().redirect_call(str(call.twilio_sid), url=webhook_url("twilio_overheard", call.pk, 0))
    except ProviderError as error:
        log.warning("machine not heard out", call=str(call.pk), code=error.code)
        return False
    return True


def _decide(call: Call, number: int, heard: RecognitionResult) -> Move:
    """The move after the `number`-th thing heard. It is decided once and kept in the call's log."""
    before = call.events.filter(kind=EventKind.OVERHEARD, data__number__lt=number)
    introduced = before.filter(data__move=Move.INTRODUCE).count()
    move = next_move(heard.speech, introduced=introduced, heard=before.count())
    if classify(heard) == Verdict.OPT_OUT:
        move = Move.OPT_OUT
        keep_opt_out.keep(call.pk, heard=heard.text, reason=Suppression.Reason.VERBAL_REQUEST.value)
    if log_event(call.pk, EventKind.OVERHEARD, dedupe_key=f"overheard:{number}", number=number, move=move):
        _write_down(call, Turn.Speaker.LEAD, f"overheard-{number}", heard.text)
    return Move(CallEvent.objects.get(call=call, dedupe_key=f"overheard:{number}").data["move"])


def _hang_up_twiml(call: Call) -> str:
    log_event(call.pk, EventKind.GOODBYE, dedupe_key="goodbye", reason="machine")
    return twiml.document(twiml.hangup())


def _say_goodbye(call: Call, number: int) -> str:
    _write_down(call, Turn.Speaker.AGENT, f"goodbye-{number}", phrases.OPTED_OUT)
    log_event(call.pk, EventKind.GOODBYE, dedupe_key="goodbye", reason="opted_out")
    return documents.end([_spoken(call, phrases.OPTED_OUT)])


def _introduce(call: Call, number: int) -> str:
    words = brief(call).screening_introduction
    _write_down(call, Turn.Speaker.AGENT, f"introduced-{number}", words)
    return _listen(call, number, _spoken(call, words), seconds=HOLDING_SECONDS)


def _talk(call: Call) -> str:
    """Begin the call again, for the person: all that was said before was said to a machine."""
    Call.objects.filter(pk=call.pk, outcome=Disposition.VOICEMAIL).update(outcome=Disposition.NONE)
    if call.type == CallType.CONVERSATIONAL:
        log_event(call.pk, EventKind.PERSON_AFTER_MACHINE, dedupe_key="person_after_machine")
        return entries.open_again_twiml(call)
    if not call.events.filter(dedupe_key="person_after_machine").exists():
        renew_token(call)
        log_event(call.pk, EventKind.PERSON_AFTER_MACHINE, dedupe_key="person_after_machine", stream=call.stream_number)
    return stream_twiml(call)


def _listen(call: Call, number: int, *words: Spoken, seconds: int) -> str:
    ear = Ear(
        action=callback_url("twilio_overheard", call.pk, number + 1),
        hints=(call.lead.first_name,),
        speech_model=settings.TWILIO_SPEECH_MODEL,
        language=call.lead.language,
        patience=seconds,
    )
    return documents.listen(words, ear)


def _spoken(call: Call, text: str) -> Spoken:
    return spoken(VOICE.part(text, call.pk))


def _write_down(call: Call, speaker: Turn.Speaker, item_id: str, text: str) -> None:
    if text:
        add_turn(call.pk, Utterance(speaker=speaker, engine=Engine.MACHINE, item_id=item_id, text=text))
