"""Assembles the whole log of a call: its own lines, its model sessions, and the requests and complaints about it."""

import base64
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sandbox.journal.exchanges import Exchange
from sandbox.journal.journal import Event
from sandbox.journal.pairing import Held, Owner, owner_of_exchange, owner_of_session
from sandbox.journal.sessions import SessionLog
from sandbox.services import Services
from sandbox.twilio.call.recording import Recording
from sandbox.twilio.call.resource import Call

FORMAT = "sandbox-call-log/1"
# An app still works on a call that is over: it fetches the recording, asks for a summary.
_AFTERWARDS_SECONDS = 300.0
_SPOKEN_FIELDS = ("SpeechResult", "UnstableSpeechResult", "StableSpeechResult")


class CallLogs:
    """Assembles logs from what is known now; ask again while a call lasts."""

    def __init__(self, services: Services, calls: Mapping[str, Call], recordings: Mapping[str, Recording]) -> None:
        self._services, self._calls, self._recordings = services, calls, recordings
        self._known_sessions: dict[int, Owner] = {}
        self._held: dict[str, Held] = {}

    def of(self, call: Call, *, with_sound: bool = False) -> dict[str, Any]:
        """The log: {"format", "call", "settings", "dropped", "events"} and, for a replay, the person's "sound"."""
        self._held.clear()
        sessions = self._sessions(call)
        names = {call.sid, *(session.id for session, _ in sessions)}
        events = [_line(event) for event in call.events] + self._requests(call) + self._complaints(call, names)
        for session, owner in sessions:
            shift = round((session.began - call.events.began) * 1000)
            about = {"session": session.number, "matched_by": owner.by}
            events += [_line(event, shift) | about for event in session.journal]
        log = {
            "format": FORMAT,
            "call": self._about(call),
            "settings": self._services.config.stand_ins(),
            "dropped": call.events.dropped + sum(session.journal.dropped for session, _ in sessions),
            "events": sorted(events, key=lambda event: event["at_ms"]),
        }
        return log | ({"sound": _sound(call)} if with_sound else {})

    def _about(self, call: Call) -> dict[str, Any]:
        own = [sid for sid, recording in self._recordings.items() if recording.call is call]
        about: dict[str, Any] = {"sid": call.sid, "account": call.account_sid}
        about["parent"] = call.parent.sid if call.parent else None
        about |= {"from": call.from_, "to": call.to, "direction": call.direction, "status": call.status}
        about |= {"created": call.created.isoformat(), "live": call.live, "line_ms": call.leg.milliseconds}
        about |= {"children": [one.sid for one in self._calls.values() if one.parent is call], "recordings": own}
        return about | {"voice_url": call.options.url, "pace": self._services.config.pace}

    # who belongs to whom --------------------------------------------------------------------------------------

    def _hold(self, call: Call) -> Held:
        """Once for each log that is asked for."""
        if call.sid not in self._held:
            self._held[call.sid] = self._held_now(call)
        return self._held[call.sid]

    def _held_now(self, call: Call) -> Held:
        ended = call.ended.timestamp() if call.ended else None
        own = frozenset(sid for sid, recording in self._recordings.items() if recording.call is call)
        spoken = tuple(sound for _, sound in call.spoken)
        return Held(call.sid, call.events.began, ended, _streams(call), spoken, _words(call.events), own)

    def _around(self, began: float, ended: float) -> list[Held]:
        """The calls that overlap that time."""
        near = [one for one in self._calls.values() if one.events.began <= ended and _end(one) >= began]
        return [self._hold(one) for one in near]

    def _sessions(self, call: Call) -> list[tuple[SessionLog, Owner]]:
        found = []
        for session in list(self._services.traffic.sessions):
            if call.events.began - 1 <= session.began <= _end(call) + 1:
                owner = self._owner(session)
                if owner.sid == call.sid:
                    found.append((session, owner))
        return found

    def _owner(self, session: SessionLog) -> Owner:
        """The call a session belongs to; settled once the session is over and a voice has shown whose it is."""
        if session.number in self._known_sessions:
            return self._known_sessions[session.number]
        owner = owner_of_session(session.began, session.samples, self._around(session.began - 1, session.began + 1))
        if session.ended is not None and owner.by == "voice":
            self._known_sessions[session.number] = owner
        return owner

    def _requests(self, call: Call) -> list[dict[str, Any]]:
        held = self._around(call.events.began, _end(call) + _AFTERWARDS_SECONDS)
        answers: list[tuple[str, str]] = []
        lines = []
        for exchange in list(self._services.traffic.exchanges):
            if not call.events.began - 1 <= exchange.at <= _end(call) + _AFTERWARDS_SECONDS:
                continue
            owner = owner_of_exchange(exchange, held, answers=answers)
            if answer := str(exchange.data.get("answer") or ""):
                answers.append((owner.sid, answer))
            if owner.sid == call.sid:
                lines.append(_request_line(exchange, owner, call))
        return lines

    def _complaints(self, call: Call, names: Collection[str]) -> list[dict[str, Any]]:
        """Those that name the call or one of its sessions, and those that name no call while no other call was live."""
        lines = []
        for complaint in self._services.complaints.all():
            at = datetime.fromisoformat(complaint.at).timestamp()
            named, nameless = complaint.about in names, not complaint.about.startswith("CA")
            if named or (nameless and self._alive(at) == [call]):
                about = {"source": complaint.source, "by": complaint.by, "message": complaint.message}
                at_ms = round((at - call.events.began) * 1000)
                lines.append({"at_ms": at_ms, "kind": "complaint", **about, "problem": complaint.problem})
        return lines

    def _alive(self, at: float) -> list[Call]:
        return [one for one in self._calls.values() if one.events.began <= at <= _end(one)]


def _end(call: Call) -> float:
    return call.ended.timestamp() if call.ended else float("inf")


def _line(event: Event, shift_ms: int = 0) -> dict[str, Any]:
    return {"at_ms": event.at_ms + shift_ms, "kind": event.kind, **event.data}


def _request_line(exchange: Exchange, owner: Owner, call: Call) -> dict[str, Any]:
    at_ms = round((exchange.at - call.events.began) * 1000)
    about = {"vendor": exchange.vendor, "method": exchange.method, "path": exchange.path, "status": exchange.status}
    return {"at_ms": at_ms, "kind": "request", **about, "ms": exchange.ms, "matched_by": owner.by, **_data(exchange)}


def _data(exchange: Exchange) -> dict[str, Any]:
    """What the request was about, apart: its names may be those of the line's own fields."""
    return {"about": dict(exchange.data)} if exchange.data else {}


def _streams(call: Call) -> tuple[tuple[float, float | None], ...]:
    began = call.events.began
    starts = [(event.data["stream"], event.at_ms) for event in call.events if event.kind == "stream_start"]
    stops = {event.data["stream"]: event.at_ms for event in call.events if event.kind == "stream_stop"}
    return tuple((began + at_ms / 1000, began + stops[sid] / 1000 if sid in stops else None) for sid, at_ms in starts)


def _words(events: Iterable[Event]) -> tuple[str, ...]:
    """What the recognizer told the app."""
    forms: Sequence[Any] = [event.data.get("form") or {} for event in events]
    return tuple(form[name] for form in forms for name in _SPOKEN_FIELDS if form.get(name))


def _sound(call: Call) -> list[dict[str, Any]]:
    return [{"start_ms": start_ms, "ulaw": base64.b64encode(sound).decode()} for start_ms, sound in call.spoken]
