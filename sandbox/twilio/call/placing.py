"""Reads and validates the form that places or updates a call, and rejects it with Twilio's own codes.

Keys and defaults: https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite, nan
from urllib.parse import urlsplit

from sandbox.twilio.call.flow_control import Goto, Run
from sandbox.twilio.call.resource import Callback, Detection, Options, RecordingOptions
from sandbox.twilio.line.machine_classifier import Thresholds
from sandbox.twilio.line.tones import DIAL_KEYS
from sandbox.twilio.rest_errors import RestError
from sandbox.twilio.twiml import TwimlError, parse
from sandbox.twilio.twiml.attributes import Warned
from sandbox.twilio.twiml.urls import is_web

LONGEST_TWIML, MOST_DIGITS = 4000, 32
_STATUS_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
_TRUE = ("true", "True", "1")

# Field, then its value; a key repeated keeps all its values.
type Form = Mapping[str, Sequence[str]]


def first(form: Form, key: str, default: str = "") -> str:
    values = form.get(key)
    return values[0] if values else default


def is_e164(number: str) -> bool:
    """A plus, a country code, up to 15 digits; North American numbers have exactly ten after the 1."""
    if number.startswith("+1"):
        return re.fullmatch(r"\+1[2-9]\d{9}", number) is not None
    return re.fullmatch(r"\+[2-9]\d{6,14}", number) is not None


def dialable(text: str) -> str:
    """The E.164 number a <Dial> means, which takes North American ones as people write them; "" for no number."""
    digits = re.sub(r"[\s().-]", "", text)
    if re.fullmatch(r"1?[2-9]\d{9}", digits):
        digits = f"+1{digits[-10:]}"
    return digits if is_e164(digits) else ""


def numbers(form: Form, owned: frozenset[str]) -> tuple[str, str]:
    """(To, From), or RestError 21201, 21211, 21213, 21212, 21210."""
    to, from_ = first(form, "To"), first(form, "From")
    if not to:
        raise RestError(400, 21201, "No 'To' number is specified")
    if not is_e164(to):
        raise RestError(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if not from_:
        raise RestError(400, 21213, "No 'From' number is specified")
    if not is_e164(from_):
        raise RestError(400, 21212, f"Invalid 'From' Phone Number: {from_}")
    if owned and from_ not in owned:
        problem = f"The source phone number provided, {from_}, is not yet verified for your account."
        raise RestError(400, 21210, problem)
    return to, from_


def options(form: Form) -> Options:
    """The call's options. Raises RestError for what Twilio rejects; what it accepts and ignores is a warning."""
    url, twiml = first(form, "Url"), first(form, "Twiml")
    if not url and not twiml:
        raise RestError(400, 21205, "Url parameter is required.")
    return Options(
        url=address(form, "Url", 21205),
        method=_method(form, "Method"),
        twiml="" if url else _inline(twiml),
        fallback_url=address(form, "FallbackUrl", 21205),
        fallback_method=_method(form, "FallbackMethod"),
        status=_status_callback(form),
        timeout=_number(form, "Timeout", 60, 600, code=21208),
        time_limit=_number(form, "TimeLimit", 14400, 86400),
        send_digits=_send_digits(form),
        detection=detection(form),
        recording=recording(form, "OutboundAPI") if first(form, "Record") in _TRUE else None,
        warnings=_warnings(form),
    )


def changed(old: Options, form: Form) -> Options:
    """The options after an update: new callbacks, a new time limit."""
    new = old
    if "StatusCallback" in form:
        status = replace(_status_callback(form), events=old.status.events or frozenset({"completed"}))
        new = replace(new, status=status)
    if "FallbackUrl" in form:
        url, method = address(form, "FallbackUrl", 21205), _method(form, "FallbackMethod")
        new = replace(new, fallback_url=url, fallback_method=method)
    if "TimeLimit" in form:
        new = replace(new, time_limit=_number(form, "TimeLimit", 14400, 86400))
    return new


def redirect(form: Form) -> Goto | Run | None:
    """Where an update sends the call, if anywhere. Raises RestError 21205, 21209, 32018 or 12100."""
    if url := address(form, "Url", 21205):
        return Goto(url, _method(form, "Method"))
    if twiml := first(form, "Twiml"):
        return Run(parse(_inline(twiml)))
    return None


def recording(form: Form, source: str) -> RecordingOptions:
    """The recording options, from ``Recording…`` keys."""
    track = first(form, "RecordingTrack", "both")
    if track not in ("inbound", "outbound", "both"):
        raise RestError(400, 21224, f"Invalid RecordingTrack: {track}")
    events = frozenset(" ".join(form.get("RecordingStatusCallbackEvent") or ["completed"]).split())
    url, method = address(form, "RecordingStatusCallback", 21609), _method(form, "RecordingStatusCallbackMethod")
    channels = 2 if first(form, "RecordingChannels", "mono") == "dual" else 1
    return RecordingOptions(
        channels, track, first(form, "Trim") == "trim-silence", source, Callback(url, method, events)
    )


def _status_callback(form: Form) -> Callback:
    url = address(form, "StatusCallback", 21609)
    if "_" in (urlsplit(url).hostname or ""):
        raise RestError(400, 21609, "StatusCallback URL's host name must not contain underscores")
    method, unknown = _method(form, "StatusCallbackMethod"), _unknown_events(form)
    return Callback("" if unknown else url, method, frozenset(form.get("StatusCallbackEvent") or ["completed"]))


def _warnings(form: Form) -> tuple[Warned, ...]:
    """An unknown event, or several in one value, is not rejected: the call is placed, 21626 is logged in the debugger,
    and no event is reported at all. Observed in github.com/qisoft/i-hate-making-calls, issue 31.
    """
    unknown = _unknown_events(form)
    return tuple(Warned(21626, f"Invalid 'StatusCallbackEvent': {event!r}") for event in unknown)


def _unknown_events(form: Form) -> list[str]:
    return sorted(set(form.get("StatusCallbackEvent") or ()) - _STATUS_EVENTS)


def _send_digits(form: Form) -> str:
    """What is dialed once the phone is answered."""
    digits = first(form, "SendDigits")
    if not are_dial_keys(digits):
        raise RestError(400, 21206, f"Invalid SendDigits: {digits}")
    return digits


def are_dial_keys(digits: str) -> bool:
    """Whether these are telephone keys and pauses (``w``, ``W``), and no more than Twilio accepts."""
    return len(digits) <= MOST_DIGITS and DIAL_KEYS.issuperset(digits)


def detection(form: Form) -> Detection:
    """The AMD options, from ``MachineDetection…`` and ``AsyncAmd…`` keys."""
    mode = first(form, "MachineDetection")
    if not mode or mode.lower() == "none" or first(form, "SendDigits"):
        return Detection()
    if mode not in ("Enable", "DetectMessageEnd"):
        raise RestError(400, 21234, f"Invalid MachineDetection: {mode}")
    callback = Callback(address(form, "AsyncAmdStatusCallback", 21609), _method(form, "AsyncAmdStatusCallbackMethod"))
    return Detection(mode, first(form, "AsyncAmd") in _TRUE, callback, _thresholds(form))


def _thresholds(form: Form) -> Thresholds:
    """Twilio's defaults where none are given. Raises RestError 21234 outside its limits."""
    return Thresholds(
        speech=_between(form, "MachineDetectionSpeechThreshold", 2400, 1000, 6000),
        speech_end=_between(form, "MachineDetectionSpeechEndThreshold", 1200, 500, 5000),
        silence=_between(form, "MachineDetectionSilenceTimeout", 5000, 2000, 10_000),
        timeout=_between(form, "MachineDetectionTimeout", 30, 3, 59) * 1000,
    )


def _between(form: Form, key: str, default: int, least: int, most: int) -> int:
    raw = first(form, key) or str(default)
    if not raw.isascii() or not raw.isdigit() or not least <= int(raw[:9]) <= most:
        raise RestError(400, 21234, f"Invalid {key}: {raw} is not between {least} and {most}")
    return int(raw)


def _inline(twiml: str) -> str:
    if len(twiml) > LONGEST_TWIML:
        raise RestError(400, 32018, f"Twiml parameter is longer than {LONGEST_TWIML} characters")
    try:
        parse(twiml)
    except TwimlError as error:
        raise RestError(400, error.code, str(error)) from error
    return twiml


def address(form: Form, key: str, code: int) -> str:
    """The URL under that key, "" for none. Raises RestError."""
    url = first(form, key)
    if url and not is_web(url):
        raise RestError(400, code, f"{key} is not a valid URL: {url}")
    return url


def _method(form: Form, key: str) -> str:
    method = first(form, key, "POST").upper()
    if method not in ("GET", "POST"):
        raise RestError(400, 21209 if key == "Method" else 21200, f"Invalid {key}: {method}")
    return method


def _number(form: Form, key: str, default: float, most: float, *, code: int = 21200) -> float:
    raw = first(form, key)
    try:
        value = float(raw) if raw else default
    except ValueError:
        value = nan
    if not isfinite(value):
        raise RestError(400, code, f"{key} is not a number: {raw}")
    return min(max(value, 0.0), most)
