"""Checks Twilio's REST operations: the form fields each accepts, by its own library's signatures, and the responses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qsl

from sandbox.conformance.exchange import Answer, Finding, Judge, Question, finding
from sandbox.conformance.shapes import misfits

SOURCE = "twilio.rest"
_ACCOUNT = "/2010-04-01/Accounts/{account}"
_PAGED = "PageSize Page PageToken"
_CALLBACK = "RecordingStatusCallback RecordingStatusCallbackMethod RecordingStatusCallbackEvent"
_SOUND = ("audio/x-wav", "audio/mpeg")


@dataclass(frozen=True)
class Operation:
    """``keys`` are those of the form or, for a GET, of the query; ``shape`` is "" for a reply without a body."""

    name: str
    keys: str = ""
    shape: str = ""


OPERATIONS: Mapping[tuple[str, str], Operation] = {
    ("POST", "/Calls.json"): Operation(
        "Calls.create",
        "To From Url Twiml ApplicationSid Method FallbackUrl FallbackMethod StatusCallback StatusCallbackMethod "
        "StatusCallbackEvent Timeout TimeLimit MachineDetection MachineDetectionTimeout "
        "MachineDetectionSpeechThreshold MachineDetectionSpeechEndThreshold MachineDetectionSilenceTimeout AsyncAmd "
        "AsyncAmdStatusCallback AsyncAmdStatusCallbackMethod Record RecordingChannels RecordingTrack Trim SendDigits "
        "CallerId CallReason CallToken SipAuthUsername SipAuthPassword Byoc ClientNotificationUrl Passports "
        f"RecordingConfigurationId {_CALLBACK}",
        "call",
    ),
    ("GET", "/Calls.json"): Operation(
        "Calls.list",
        f"To From ParentCallSid Status StartTime StartTime< StartTime> EndTime EndTime< EndTime> {_PAGED}",
        "calls_page",
    ),
    ("GET", "/Calls/{call}.json"): Operation("Calls.fetch", shape="call"),
    ("POST", "/Calls/{call}.json"): Operation(
        "Calls.update",
        "Url Method Status FallbackUrl FallbackMethod StatusCallback StatusCallbackMethod Twiml TimeLimit",
        "call",
    ),
    ("DELETE", "/Calls/{call}.json"): Operation("Calls.delete"),
    ("POST", "/Calls/{call}/Recordings.json"): Operation(
        "CallRecordings.create",
        f"Trim RecordingChannels RecordingTrack RecordingConfigurationId {_CALLBACK}",
        "call_recording",
    ),
    ("GET", "/Calls/{call}/Recordings.json"): Operation(
        "CallRecordings.list", f"DateCreated DateCreated< DateCreated> {_PAGED}", "call_recordings_page"
    ),
    ("GET", "/Calls/{call}/Recordings/{recording}.json"): Operation("CallRecordings.fetch", shape="call_recording"),
    ("POST", "/Calls/{call}/Recordings/{recording}.json"): Operation(
        "CallRecordings.update", "Status PauseBehavior", "call_recording"
    ),
    ("DELETE", "/Calls/{call}/Recordings/{recording}.json"): Operation("CallRecordings.delete"),
    ("POST", "/Calls/{call}/Streams/{stream}.json"): Operation("Streams.update", "Status", "stream"),
    ("GET", "/Recordings.json"): Operation(
        "Recordings.list",
        f"DateCreated DateCreated< DateCreated> CallSid ConferenceSid IncludeSoftDeleted {_PAGED}",
        "recordings_page",
    ),
    ("GET", "/Recordings/{recording}.json"): Operation("Recordings.fetch", "IncludeSoftDeleted", "recording"),
    ("DELETE", "/Recordings/{recording}.json"): Operation("Recordings.delete"),
    ("POST", "/Messages.json"): Operation(
        "Messages.create",
        "To StatusCallback ApplicationSid MaxPrice ProvideFeedback Attempt ValidityPeriod ForceDelivery "
        "ContentRetention AddressRetention SmartEncoded PersistentAction TrafficType ShortenUrls ScheduleType SendAt "
        "SendAsMms ContentVariables MessageIntent RiskCheck From FallbackFrom MessagingServiceSid Body MediaUrl "
        "ContentSid",
        "message",
    ),
    ("GET", "/Messages.json"): Operation(
        "Messages.list", f"To From DateSent DateSent< DateSent> {_PAGED}", "messages_page"
    ),
    ("GET", "/Messages/{message}.json"): Operation("Messages.fetch", shape="message"),
    ("POST", "/Messages/{message}.json"): Operation("Messages.update", "Body Status", "message"),
    ("DELETE", "/Messages/{message}.json"): Operation("Messages.delete"),
    ("GET", "/Recordings/{file}"): Operation("Recordings.media", "RequestedChannels Download", "sound"),
}


def judge(operation: Operation, question: Question, answer: Answer) -> Iterator[Finding]:
    """Checks the request's keys (Twilio ignores those it does not know) and the shape of the response."""
    sent = question.query if operation.shape.endswith("_page") or not question.body else question.body.decode()
    names = {name for name, _ in parse_qsl(sent, keep_blank_values=True)}
    strangers = sorted(names - set(operation.keys.split()))
    yield finding(SOURCE, "client", operation.name, [f"unknown field {name}" for name in strangers])
    yield finding(SOURCE, "sandbox", *_reply(operation, answer))


def _reply(operation: Operation, answer: Answer) -> tuple[str, list[str]]:
    if not answer.good:
        return "error", [*misfits("error", answer.json()), *_status_misfits(answer)]
    if not operation.shape:
        return "no content", [] if (answer.status, answer.body) == (204, b"") else ["a body where none belongs"]
    if operation.shape == "sound":
        return "sound", [] if answer.content_type in _SOUND else [f"content type {answer.content_type}"]
    return operation.shape, misfits(operation.shape, answer.json())


def _status_misfits(answer: Answer) -> list[str]:
    told = answer.json()
    same = isinstance(told, dict) and told.get("status") == answer.status
    return [] if same else ["status: not the status of the reply"]


JUDGES: Mapping[tuple[str, str], Judge] = {
    (method, _ACCOUNT + path): partial(judge, operation) for (method, path), operation in OPERATIONS.items()
}
