"""Validates the attributes of TwiML verbs: which values each takes, and which warning Twilio gives for another. Pure.

The values are those of https://www.twilio.com/docs/voice/twiml, the codes those of Twilio's error dictionary
(https://www.twilio.com/docs/api/errors), in which an attribute without a code of its own is a schema warning, 12200.
Twilio warns and goes on as if the attribute were not there. Where its pages say "positive integer" a 0 is accepted,
unless it can mean nothing. Not checked here: voices, numbers, URLs, tracks of a stream and machine detection, which
have errors of their own where they are used, and models and languages, of which there are more every month.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

SCHEMA = 12200


@dataclass(frozen=True)
class Warned:
    """A debugger entry that stops nothing."""

    code: int
    message: str


type _Rule = Callable[[str], bool]


def _one_of(*values: str) -> _Rule:
    return lambda value: value.lower() in values


def _some_of(*values: str) -> _Rule:
    """Words separated by spaces, at least one."""
    return lambda value: bool(words := value.split()) and set(words) <= set(values)


def _like(pattern: str) -> _Rule:
    return lambda value: re.fullmatch(pattern, value) is not None


_METHOD, _FLAG = _one_of("get", "post"), _one_of("true", "false")
_WHOLE, _POSITIVE = _like(r"[0-9]{1,6}"), _like(r"0*[1-9][0-9]{0,5}")
_FINISHING_KEYS = _like(r"[0-9#*]*")
_TRIM = _one_of("trim-silence", "do-not-trim")
_TRACK = _one_of("inbound", "outbound", "both")
_CALL_EVENTS = _some_of("initiated", "ringing", "answered", "completed")
_RECORDING_EVENTS = _some_of("in-progress", "completed", "absent")
# "true" and "false" are former names of the first two.
_RECORDED = "record-from-answer record-from-ringing record-from-answer-dual record-from-ringing-dual true false"

_RULES: Mapping[str, Mapping[str, tuple[_Rule, int]]] = {
    "Say": {"loop": (_WHOLE, 13510)},
    "Play": {"loop": (_WHOLE, 13410), "digits": (_like(r"[0-9*#wW]+"), 13430)},
    "Pause": {"length": (_WHOLE, 13910)},
    "Redirect": {"method": (_METHOD, 13710)},
    "Reject": {"reason": (_one_of("rejected", "busy"), 13810)},
    "Gather": {
        "input": (_some_of("dtmf", "speech"), 13326),
        "method": (_METHOD, 13312),
        "timeout": (_WHOLE, 13313),
        "speechTimeout": (_like(r"auto|[0-9]{1,6}"), 13327),
        "maxSpeechTime": (_POSITIVE, 13328),
        "profanityFilter": (_FLAG, 13333),
        "finishOnKey": (_FINISHING_KEYS, 13310),
        "numDigits": (_POSITIVE, 13314),
        "partialResultCallbackMethod": (_METHOD, 13329),
        "bargeIn": (_FLAG, 13332),
        "debug": (_FLAG, 13336),
        "actionOnEmptyResult": (_FLAG, 13338),
        "enhanced": (_FLAG, 13339),
    },
    "Dial": {
        "method": (_METHOD, 13210),
        "timeout": (_POSITIVE, 13212),
        "hangupOnStar": (_FLAG, 13213),
        "timeLimit": (_POSITIVE, 13216),
        "record": (_one_of("do-not-record", *_RECORDED.split()), 13217),
        "sequential": (_FLAG, 13218),
        "answerOnBridge": (_FLAG, 13219),
        "trim": (_TRIM, SCHEMA),
        "recordingTrack": (_TRACK, SCHEMA),
        "recordingStatusCallbackMethod": (_METHOD, SCHEMA),
        "recordingStatusCallbackEvent": (_RECORDING_EVENTS, 13621),
        "referMethod": (_METHOD, SCHEMA),
    },
    "Number": {
        "method": (_METHOD, 13221),
        "statusCallbackMethod": (_METHOD, SCHEMA),
        "statusCallbackEvent": (_CALL_EVENTS, SCHEMA),
        "amdStatusCallbackMethod": (_METHOD, SCHEMA),
    },
    "Record": {
        "method": (_METHOD, 13610),
        "timeout": (_WHOLE, 13611),
        "maxLength": (_POSITIVE, 13612),
        "finishOnKey": (_FINISHING_KEYS, 13613),
        "transcribe": (_FLAG, 13614),
        "playBeep": (_FLAG, 13616),
        "trim": (_TRIM, 13699),
        "recordingStatusCallbackMethod": (_METHOD, SCHEMA),
        "recordingStatusCallbackEvent": (_RECORDING_EVENTS, 13621),
    },
    "Connect": {"method": (_METHOD, SCHEMA)},
    "Start": {"method": (_METHOD, SCHEMA)},
    "Stream": {"statusCallbackMethod": (_METHOD, SCHEMA)},
    "Recording": {
        "trim": (_TRIM, SCHEMA),
        "track": (_TRACK, SCHEMA),
        "channels": (_one_of("mono", "dual"), SCHEMA),
        "recordingStatusCallbackMethod": (_METHOD, SCHEMA),
        "recordingStatusCallbackEvent": (_RECORDING_EVENTS, 13621),
    },
}


def wrong_value(element: str, attribute: str, value: str) -> Warned | None:
    """Twilio's warning about that value; None for a good one and for what is not checked."""
    rule, code = _RULES.get(element, {}).get(attribute, (None, 0))
    if rule is None or rule(value):
        return None
    return Warned(code, f"{element}: Invalid {attribute} value: {value!r}")
