"""Webhooks of the carrier. Each view reads the form, calls one service and answers."""

import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from calls.agent import opening
from calls.agent.tasks import enqueue_preparation
from calls.call_flows import answering_machine, inbound, regular, warm_transfer
from calls.call_flows.stream_end import after_stream_twiml
from calls.call_log.events import log_event
from calls.carrier import twiml
from calls.carrier.media_stream import stream_twiml
from calls.carrier.webhook_views import callback_hook, lead_hook, opening_hook, refusal, twiml_hook, twiml_or_goodbye
from calls.conversational import entries
from calls.lifecycle import progress
from calls.lifecycle.progress import StatusReport
from calls.measurement import tasks
from calls.models import Call, CallStatus, CallType, EventKind, Transfer
from calls.recordings import storage
from calls.understanding.recognition_results import read_result

RECORDING_SID = r"RE[0-9a-f]{32}"  # it becomes a file's name
BEFORE_THE_ANSWER = ("queued", "initiated", "ringing")  # Twilio's CallStatus until somebody picks up


@opening_hook
def voice(request: HttpRequest, call: Call) -> str:
    """Somebody picked up: the first document of the call, by its type."""
    if call.type == CallType.REGULAR:
        progress.record_status(call, StatusReport(sid=str(call.twilio_sid), status="in-progress", sequence="voice"))
        return regular.whisper_twiml(call)
    opening.prepare_opening_soon(call)
    progress.record_answered(call)
    return entries.first_twiml(call) if call.type == CallType.CONVERSATIONAL else stream_twiml(call)


@lead_hook()
def continue_call(request: HttpRequest, call: Call) -> str:
    """The media stream is over and the person is still on the line."""
    return after_stream_twiml(call)


@twiml_hook
def bridge(request: HttpRequest, call: Call, number: int) -> str:
    """The staff member pressed a key, or none in time."""
    return regular.connect_twiml(call, digits=request.POST.get("Digits", ""), number=number)


@twiml_hook
def notice(request: HttpRequest, call: Call) -> str:
    """The lead picked up a regular call, and hears that it is recorded before the two are connected."""
    return regular.notice_twiml()


@twiml_hook
def dialed(request: HttpRequest, call: Call) -> str:
    """The leg to the lead of a regular call is over."""
    return regular.lead_leg_over_twiml(
        call,
        StatusReport(
            sid=short_field(request, "DialCallSid"),
            status=short_field(request, "DialCallStatus"),
            seconds=whole_number(request.POST.get("DialCallDuration")),
        ),
    )


@lead_hook()
def transfer(request: HttpRequest, call: Call) -> str:
    """The lead's line goes to a colleague."""
    return warm_transfer.ring_twiml(call)


@twiml_hook
def whisper(request: HttpRequest, call: Call, number: int) -> str:
    """The colleague picked up."""
    return warm_transfer.whisper_twiml(_transfer(call, number))


@twiml_hook
def accept(request: HttpRequest, call: Call, number: int) -> str:
    """The colleague pressed a key, or none in time."""
    return warm_transfer.accept_twiml(_transfer(call, number), digits=request.POST.get("Digits", ""))


@lead_hook()
def transferred(request: HttpRequest, call: Call, number: int) -> str:
    """The colleague's leg is over; the carrier also reports here when the lead hung up."""
    lead_status = progress.CARRIER_STATUSES.get(short_field(request, "CallStatus"))
    return warm_transfer.transfer_over_twiml(
        _transfer(call, number),
        bridged=short_field(request, "DialBridged") != "false",
        lead_is_there=lead_status in (None, CallStatus.IN_PROGRESS),
    )


@callback_hook
def status(request: HttpRequest, call: Call) -> None:
    """Status of the call's own leg. Before somebody picks up, the opening is prepared."""
    report = leg_report(request)
    progress.record_status(call, report)
    if report.status in BEFORE_THE_ANSWER:
        enqueue_preparation(call)


@callback_hook
def lead_leg(request: HttpRequest, call: Call) -> None:
    """Status of the leg to the lead of a regular call."""
    progress.record_lead_leg(call, leg_report(request))


@callback_hook
def amd(request: HttpRequest, call: Call) -> None:
    """Answering machine detection: a person or a machine answered."""
    answering_machine.record_answered_by(call, short_field(request, "AnsweredBy") or "unknown")


@lead_hook("overheard-{number}")
def overheard(request: HttpRequest, call: Call, number: int) -> str:
    """Speech, or silence, of a machine that answered; number 0 begins to listen."""
    return answering_machine.overheard_twiml(call, number, read_result(request.POST.dict()))


@callback_hook
def recording(request: HttpRequest, call: Call) -> None:
    """A recording is complete, or absent for good."""
    form, sid = request.POST, short_field(request, "RecordingSid")
    if not re.fullmatch(RECORDING_SID, sid):
        return
    announced = storage.record_announcement(
        call,
        storage.Announcement(
            sid=sid,
            status=short_field(request, "RecordingStatus"),
            url=twiml.clean(form.get("RecordingUrl", ""))[:300],
            seconds=whole_number(form.get("RecordingDuration")),
            started_at=storage.carrier_time(form.get("RecordingStartTime", "")),
        ),
    )
    if announced is not None:
        tasks.enqueue_recording(announced)


@callback_hook
def stream(request: HttpRequest, call: Call) -> None:
    """Status of the media stream at the carrier; a failed handshake is reported nowhere else."""
    event, sid = short_field(request, "StreamEvent"), short_field(request, "StreamSid")
    log_event(
        call.pk,
        EventKind.STREAM,
        dedupe_key=f"stream:{sid}:{event}",
        event=event,
        error=twiml.clean(request.POST.get("StreamError", ""))[:200],
    )


@csrf_exempt
def inbound_call(request: HttpRequest) -> HttpResponse:
    """An inbound call."""
    return refusal(request) or twiml_or_goodbye(
        lambda: inbound.greeting_twiml(request.POST.get("From", ""), call_sid=short_field(request, "CallSid"))
    )


@csrf_exempt
def inbound_key(request: HttpRequest) -> HttpResponse:
    """A key pressed on an inbound call."""
    return refusal(request) or twiml_or_goodbye(
        lambda: inbound.key_twiml(request.POST.get("From", ""), request.POST.get("Digits", ""))
    )


def _transfer(call: Call, number: int) -> Transfer:
    """This call's transfer with that id; a transfer of another call is not found."""
    return call.transfers.select_related("call__lead", "colleague").get(pk=number)


def leg_report(request: HttpRequest) -> StatusReport:
    """The form of a status callback as a report."""
    return StatusReport(
        sid=short_field(request, "CallSid"),
        status=short_field(request, "CallStatus"),
        sequence=short_field(request, "SequenceNumber"),
        seconds=whole_number(request.POST.get("CallDuration")),
        sip_code=short_field(request, "SipResponseCode"),
    )


def short_field(request: HttpRequest, name: str) -> str:
    """A short field of the form, such as a sid or a status, without control characters and cut to 40 characters."""
    return twiml.clean(request.POST.get(name, ""))[:40]


def whole_number(text: str | None) -> int | None:
    """The carrier's numbers are strings: a whole number that is not negative, None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
