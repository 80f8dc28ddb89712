"""Twilio's Media Streams: messages of the carrier to events, and actions for the caller to messages.

Nothing the carrier sends can raise here: what cannot be read becomes `Unintelligible`, what does not concern the bridge
becomes None. Field names: Twilio, "Media Streams - WebSocket messages".
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.wire import fields as f
from realtime.bridge.wire.fields import MAX_PAYLOAD

START = "start"  # begins the name of a problem with a stream's start, without which there is no call
_FRAME = (
    re.compile(  # a 20 ms frame as the carrier writes it; one spelled otherwise is read as JSON, with the same result
        r'\{"event": ?"media", ?"sequenceNumber": ?"[0-9]{1,15}", ?(?:"streamSid": ?"[A-Za-z0-9]{1,64}", ?)?'
        r'"media": ?\{"track": ?"inbound", ?"chunk": ?"[0-9]{1,15}", ?"timestamp": ?"([0-9]{1,15})", ?'
        r'"payload": ?"([A-Za-z0-9+/]++={0,2}+)"\}(?:, ?"streamSid": ?"[A-Za-z0-9]{1,64}")?\}'
    )
)
_SID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KEYS = frozenset("0123456789*#ABCD")


def read_frame(text: str) -> tuple[str, int] | None:
    """Hot path: audio and time (ms) of a frame in the carrier's usual spelling; None for any other message."""
    frame = _FRAME.fullmatch(text) if len(text) <= MAX_PAYLOAD else None
    return (frame[2], int(frame[1])) if frame else None


def read_message(text: str) -> e.Event | None:
    """The event in one message of the media stream; None when it is of no interest."""
    if len(text) > MAX_PAYLOAD:
        return e.Unintelligible("phone", "too long")
    if frame := read_frame(text):
        return e.CallerSpoke(*frame)
    try:
        return _event(f.as_object(json.loads(text)))
    except (ValueError, RecursionError):
        return e.Unintelligible("phone", "json")
    except f.BadField as problem:
        return e.Unintelligible("phone", str(problem))


def _event(message: Mapping[str, Any]) -> e.Event | None:
    match message.get("event"):
        case "media":
            media = f.part(message, "media")
            if media.get("track", "inbound") != "inbound":
                return None
            return e.CallerSpoke(f.audio(media, "payload"), f.count_or_none(media.get("timestamp")))
        case "mark":
            return e.MarkEchoed(f.identifier(f.part(message, "mark"), "name"))
        case "dtmf":
            digit = f.identifier(f.part(message, "dtmf"), "digit")
            return e.KeyPressed(digit) if digit in _KEYS else e.Unintelligible("phone", "dtmf.digit")
        case "connected":
            return e.StreamConnected()
        case "start":
            try:
                return _stream_started(f.part(message, "start"))
            except f.BadField as problem:
                return e.Unintelligible("phone", f"{START}.{problem}")
        case "stop":
            return e.StreamStopped()
        case _:
            return e.Unintelligible("phone", "unknown event")


def _stream_started(start: Mapping[str, Any]) -> e.StreamStarted:
    media = f.part(start, "mediaFormat")
    parameters = start.get("customParameters")
    return e.StreamStarted(
        stream_sid=_sid(start, "streamSid"),
        call_sid=_sid(start, "callSid"),
        parameters={str(k): v for k, v in parameters.items() if isinstance(v, str)}
        if isinstance(parameters, dict)
        else {},
        encoding=f.identifier(media, "encoding"),
        sample_rate=f.count(media, "sampleRate"),
        channels=f.count(media, "channels"),
    )


def _sid(message: Mapping[str, Any], key: str) -> str:
    """An id that goes into our messages unescaped."""
    value = f.identifier(message, key)
    if not _SID.fullmatch(value):
        raise f.BadField(key)
    return value


def write_messages(action: a.CarrierAction, stream_sid: str) -> tuple[str, ...]:
    """The messages that perform an action on a stream, in order. Marks and sids need no escaping."""
    match action:
        case a.Play(audio, mark):
            return (
                f'{{"event":"media","streamSid":"{stream_sid}","media":{{"payload":"{audio}"}}}}',
                f'{{"event":"mark","streamSid":"{stream_sid}","mark":{{"name":"{mark}"}}}}',
            )
        case _:
            return (f'{{"event":"clear","streamSid":"{stream_sid}"}}',)
