"""One call: the Call resource, the options it was placed with, its line and its log."""

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from sandbox.journal import Journal
from sandbox.twilio.call.flow_control import FlowControl
from sandbox.twilio.call.ground_truth import GroundTruth
from sandbox.twilio.line.leg import Clock, Leg
from sandbox.twilio.line.machine_classifier import Thresholds
from sandbox.twilio.twiml.attributes import Warned

API_VERSION = "2010-04-01"
TERMINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
PRICE_PER_MINUTE = 0.014


def new_sid(prefix: str) -> str:
    """``CA``, ``RE``, ``MZ`` … and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


def rfc2822(moment: datetime | None) -> str | None:
    return format_datetime(moment) if moment else None


def formatted(number: str) -> str:
    """North American numbers as Twilio formats them, others unchanged."""
    if number.startswith("+1") and len(number) == 12:
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    return number


@dataclass(frozen=True)
class Callback:
    """Where and about what Twilio reports. An empty URL means nowhere."""

    url: str = ""
    method: str = "POST"
    events: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Detection:
    """Answering-machine detection. ``mode`` is "", "Enable" or "DetectMessageEnd"."""

    mode: str = ""
    asynchronous: bool = False
    callback: Callback = Callback()
    thresholds: Thresholds = field(default_factory=Thresholds)


@dataclass(frozen=True)
class RecordingOptions:
    """What to record, and whom to notify."""

    channels: int = 1
    track: str = "both"
    trim: bool = False
    source: str = "OutboundAPI"
    callback: Callback = Callback(events=frozenset({"completed"}))


@dataclass(frozen=True)
class Options:
    """The options a call was placed with. ``warnings`` go into its debugger as it is placed."""

    url: str = ""
    method: str = "POST"
    twiml: str = ""
    fallback_url: str = ""
    fallback_method: str = "POST"
    status: Callback = Callback()
    timeout: float = 60.0
    time_limit: float = 14400.0
    send_digits: str = ""
    detection: Detection = Detection()
    recording: RecordingOptions | None = None
    warnings: tuple[Warned, ...] = ()


@dataclass(eq=False)
class Call:
    """One call as the REST resource shows it, and its line."""

    account_sid: str
    to: str
    from_: str
    options: Options = Options()
    direction: str = "outbound-api"
    parent: "Call | None" = None
    sid: str = field(default_factory=lambda: new_sid("CA"))
    status: str = "queued"
    answered_by: str | None = None
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    queue_ms: int = 0
    sequence: int = 0
    leg: Leg = field(default_factory=Leg)
    clock: Clock = field(default_factory=Clock)
    flow: FlowControl = field(default_factory=FlowControl)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    events: Journal = field(init=False)
    # What the person said, as (ms of the line, mu-law): kept so that the call can be replayed.
    spoken: list[tuple[int, bytes]] = field(default_factory=list)
    ground_truth: GroundTruth = field(default_factory=GroundTruth)

    def __post_init__(self) -> None:
        self.events = Journal(began=self.created.timestamp())

    @property
    def live(self) -> bool:
        return self.status not in TERMINAL

    @property
    def person(self) -> str:
        """The number of the person on this line: the one called, or the one who called in."""
        return self.from_ if self.direction == "inbound" else self.to

    @property
    def answered(self) -> bool:
        return self.started is not None

    @property
    def seconds(self) -> int:
        """Talk time in seconds, rounded up, as ``CallDuration`` has it."""
        if self.started is None or self.ended is None:
            return 0
        return max(0, -int(-(self.ended - self.started).total_seconds() // 1))

    @property
    def minutes(self) -> int:
        """Billed minutes, rounded up."""
        return -(-self.seconds // 60)

    def log(self, kind: str, **data: Any) -> None:
        self.events.note(kind, data)

    def becomes(self, status: str) -> None:
        """Sets a new status, with its timestamps."""
        now = datetime.now(UTC)
        self.status, self.updated = status, now
        if status == "in-progress":
            self.started = now
        if status in TERMINAL:
            self.ended = now
        self.log("status", status=status)

    @property
    def uri(self) -> str:
        return f"/{API_VERSION}/Accounts/{self.account_sid}/Calls/{self.sid}.json"

    def as_json(self) -> dict[str, Any]:
        """The Call resource, with the fields and forms of the published schema."""
        price = f"{-PRICE_PER_MINUTE * self.minutes:.5f}" if self.ended and self.answered else None
        return {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "parent_call_sid": self.parent.sid if self.parent else None,
            "to": self.to,
            "to_formatted": formatted(self.to),
            "from": self.from_,
            "from_formatted": formatted(self.from_),
            "phone_number_sid": None,
            "status": "in-progress" if self.status == "answered" else self.status,
            "direction": self.direction,
            "answered_by": self.answered_by,
            "forwarded_from": None,
            "caller_name": None,
            "group_sid": None,
            "trunk_sid": None,
            "queue_time": str(self.queue_ms),
            "start_time": rfc2822(self.started or self.ended),
            "end_time": rfc2822(self.ended),
            "duration": str(self.seconds) if self.ended else None,
            "price": price,
            "price_unit": "USD",
            "api_version": API_VERSION,
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.updated or self.created),
            "uri": self.uri,
            "subresource_uris": self._subresources(),
        }

    def _subresources(self) -> dict[str, str]:
        base = self.uri.removesuffix(".json")
        names = "notifications recordings payments events siprec streams transcriptions"
        uris = {name: f"{base}/{name.capitalize()}.json" for name in names.split()}
        uris["user_defined_message_subscriptions"] = f"{base}/UserDefinedMessageSubscriptions.json"
        uris["user_defined_messages"] = f"{base}/UserDefinedMessages.json"
        return uris
