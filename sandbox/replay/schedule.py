"""The schedule of a replay: what has to be sent and when, read from a log. Pure."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

LONGEST_MS = 4 * 3600 * 1000
_ENDS = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})

type Line = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """A request of Twilio's and its answer. ``document``: the answer is TwiML and the caller waits for it."""

    at_ms: int
    document: bool
    url: str
    method: str
    form: Mapping[str, str]
    call_status: str
    status: int
    twiml: str


@dataclass(frozen=True)
class Streamed:
    """A recorded media stream: how much the app said into it, and how it ended (None: Twilio ended it)."""

    at_ms: int
    until_ms: int
    url: str
    two_way: bool
    parameters: Mapping[str, str]
    said_ms: int
    marks: int
    clears: int
    close_code: int | None


@dataclass(frozen=True)
class Schedule:
    """Times in ms since the call's creation; ``sound`` and ``keys`` in ms of the line."""

    sid: str
    account: str
    from_: str
    to: str
    direction: str
    pace: float
    steps: Sequence[Step]
    streams: Sequence[Streamed]
    sound: Sequence[tuple[int, bytes]]
    keys: Sequence[tuple[int, str]]
    answered_ms: int | None
    ended_ms: int

    @property
    def origin(self) -> str:
        """Scheme and host of the app."""
        parts = urlsplit(self.steps[0].url)
        return f"{parts.scheme}://{parts.netloc}"


def read(log: Any) -> Schedule:
    """Reads a log. Raises ValueError when it cannot be played."""
    try:
        schedule = _read(log)
    except (KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise ValueError(f"not a call's log: {type(error).__name__} {error}") from error
    if not schedule.steps:
        raise ValueError("nothing was asked of an app in this call")
    if schedule.ended_ms > LONGEST_MS:
        raise ValueError("the call is longer than a replay may be")
    return schedule


def _read(log: Line) -> Schedule:
    call, events = log["call"], list(log["events"])
    ended = max((event["at_ms"] for event in events if event["kind"] == "status"), default=0)
    return Schedule(
        sid=call["sid"],
        account=call["account"],
        from_=call["from"],
        to=call["to"],
        direction=call["direction"],
        pace=float(call.get("pace") or 1.0),
        steps=sorted(_steps(events), key=lambda step: step.at_ms),
        streams=streams_of(events, ended),
        sound=[(int(piece["start_ms"]), base64.b64decode(piece["ulaw"])) for piece in log.get("sound", [])],
        keys=[(int(event["line_ms"]), str(event["digit"])) for event in events if event["kind"] == "pressed"],
        answered_ms=_status_at(events, frozenset({"in-progress"})),
        ended_ms=_status_at(events, _ENDS) or ended,
    )


def _status_at(events: Sequence[Line], wanted: frozenset[str]) -> int | None:
    found = (event["at_ms"] for event in events if event["kind"] == "status" and event["status"] in wanted)
    return next(found, None)


def _steps(events: Sequence[Line]) -> list[Step]:
    """The requests in the log, which notes them when they were answered; they were sent ``ms`` earlier."""
    asked = [event for event in events if event["kind"] in ("webhook", "callback")]
    return [
        Step(
            event["at_ms"] - event["ms"],
            event["kind"] == "webhook",
            event["url"],
            event["method"],
            dict(event["form"]),
            event.get("call_status", ""),
            event["status"],
            event.get("twiml", ""),
        )
        for event in asked
    ]


def streams_of(events: Sequence[Line], ended: int) -> list[Streamed]:
    """One that was never stopped lasted until the call's end."""
    stops = {event["stream"]: event for event in events if event["kind"] == "stream_stop"}
    return [
        Streamed(
            start["at_ms"],
            stops.get(start["stream"], {"at_ms": ended})["at_ms"],
            start["url"],
            start["two_way"],
            dict(start["parameters"]),
            **_spoken(events, start["stream"]),
            close_code=stops.get(start["stream"], {}).get("close_code"),
        )
        for start in events
        if start["kind"] == "stream_start"
    ]


def _spoken(events: Sequence[Line], stream: str) -> dict[str, int]:
    """What the app sent into that stream."""
    own = [event for event in events if event["kind"] == "stream" and event["stream"] == stream]
    sent = [event for event in own if event["direction"] == "in"]
    said = sum(event["ms"] for event in sent if event["type"] == "media")
    counts = {name: sum(event["type"] == name for event in sent) for name in ("mark", "clear")}
    return {"said_ms": said, "marks": counts["mark"], "clears": counts["clear"]}
