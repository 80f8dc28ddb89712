"""Turns the lines of a call's log into the rows of a ladder diagram. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

PERSON, CARRIER, APP, MODEL = range(4)
KINDS = ("status", "http", "stream", "mark", "model", "audio", "problem")
_REPORTED = "StreamEvent RecordingStatus DialCallStatus SpeechResult UnstableSpeechResult Digits CallStatus AnsweredBy"

_ACCOUNT = re.compile(r"^/2010-04-01/Accounts/AC\w+")
_LONG_NAME = re.compile(r"\b([0-9A-Za-z]{2})[0-9A-Za-z-]{24,}(\w{4})\b")

type Line = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """``at`` and ``until`` in ms of the call; an arrow ``source`` -> ``target``, or a note when they are one lane."""

    at: int
    kind: str
    source: int
    target: int
    label: str
    until: int | None = None
    bad: bool = False
    bar: bool = False
    detail: Line = field(default_factory=dict)


def rows(lines: list[Line]) -> list[Row]:
    """The rows in the order of their beginnings."""
    return sorted((row(line) for line in lines), key=lambda one: one.at)


def row(line: Line) -> Row:
    """One line of a log as a row; an unknown kind is a note on the carrier's lane."""
    made = _MAKERS.get(line["kind"], _note)(line)
    detail = {name: value for name, value in line.items() if name not in ("at_ms", "kind")}
    return Row(made.at, made.kind, made.source, made.target, made.label, made.until, made.bad, made.bar, detail)


def _note(line: Line) -> Row:
    words = [str(value) for name, value in line.items() if name not in ("at_ms", "kind", "line_ms")]
    text = " ".join([line["kind"].replace("_", " "), *(word for word in words if len(word) < 80)])
    return Row(line["at_ms"], "status", CARRIER, CARRIER, text)


def _status(line: Line) -> Row:
    return Row(line["at_ms"], "status", CARRIER, CARRIER, str(line["status"]))


def _problem(line: Line) -> Row:
    names = ("code", "source", "message", "problem", "name")
    text = " ".join(str(line[name]) for name in names if name in line)
    return Row(line["at_ms"], "problem", CARRIER, CARRIER, f"{line['kind']}: {text}", bad=True)


def _http(line: Line, source: int, target: int, what: str = "", *, until: int | None = None) -> Row:
    """An arrow at the time it was sent; the log notes Twilio's own requests when they were answered."""
    ms, status = int(line.get("ms", 0)), int(line.get("status", 0))
    end = line["at_ms"] if until is None else until
    label = f"{line.get('method', 'GET')} {_path(line)} → {status or 'no answer'} · {ms} ms{what}"
    return Row(end - ms, "http", source, target, label, end, status == 0 or status >= 400)


def _webhook(line: Line) -> Row:
    return _http(line, CARRIER, APP, _told(line.get("form") or {}))


def _callback(line: Line) -> Row:
    return _http(line, CARRIER, APP, _told(line.get("form") or {}))


def _told(form: Line) -> str:
    """The one parameter that says what the request is about."""
    for name in _REPORTED.split():
        if form.get(name):
            return f" · {name} {form[name]}"
    return ""


def _request(line: Line) -> Row:
    about = line.get("about") or {}
    target = CARRIER if line["vendor"] == "twilio" else MODEL
    words = about.get("answer") or about.get("Text") or about.get("text") or ""
    tools = ", ".join(about.get("tools") or [])
    what = "".join(f" · {part}" for part in (tools, _quoted(words)) if part)
    made = _http(line, APP, target, what, until=line["at_ms"] + int(line["ms"]))
    return Row(made.at, "http" if target == CARRIER else "model", APP, target, made.label, made.until, made.bad)


def _path(line: Line) -> str:
    """The path without Twilio's account prefix, its ids cut to what tells them apart."""
    path = str(line.get("path") or urlsplit(str(line.get("url", ""))).path)
    return _LONG_NAME.sub(r"\1…\2", _ACCOUNT.sub("", path))


def _verb(line: Line) -> Row:
    return Row(line["at_ms"], "status", CARRIER, CARRIER, f"<{line['name']}>")


def _said(line: Line) -> Row:
    began = line["at_ms"] - (line["end_ms"] - line["start_ms"])
    cut = "" if line.get("finished", True) else " (cut off)"
    return Row(began, "audio", PERSON, CARRIER, f"{_quoted(line['text'])}{cut}", line["at_ms"])


def _heard(line: Line) -> Row:
    return Row(line["at_ms"], "audio", CARRIER, PERSON, f"understood {_quoted(line['text'])}")


def _says(line: Line) -> Row:
    return Row(line["at_ms"], "audio", CARRIER, PERSON, f"<Say> {_quoted(line['text'])}")


def _audio(line: Line) -> Row:
    lane = PERSON if line["who"] == "person" else CARRIER
    label = f"{'person' if lane == PERSON else 'app'} · {line['ms']} ms · {line['level_dbfs']:.0f} dBFS"
    return Row(line["at_ms"], "audio", lane, lane, label, line["at_ms"] + line["ms"], bar=True)


def _pressed(line: Line) -> Row:
    return Row(line["at_ms"], "status", PERSON, CARRIER, f"pressed {line['digit']}")


def _digits_sent(line: Line) -> Row:
    return Row(line["at_ms"], "audio", CARRIER, PERSON, f"sends keys {line['digits']}")


def _person_hangs_up(line: Line) -> Row:
    return Row(line["at_ms"], "status", PERSON, CARRIER, "hangs up")


def _barge_in(line: Line) -> Row:
    return Row(line["at_ms"], "audio", PERSON, CARRIER, "barge-in: the prompt stops")


def _gathered(line: Line) -> Row:
    form = line.get("form") or {}
    words = form.get("SpeechResult") or form.get("Digits") or "nothing"
    sure = f" ({float(form['Confidence']):.2f})" if form.get("Confidence") else ""
    return Row(line["at_ms"], "audio", CARRIER, CARRIER, f"gathered {_quoted(words)}{sure}")


def _stream_edge(line: Line) -> Row:
    path = urlsplit(str(line.get("url", ""))).path
    label = f"WebSocket opens {path}" if line["kind"] == "stream_start" else f"WebSocket closed {_code(line)}"
    return Row(line["at_ms"], "stream", CARRIER, APP, label)


def _code(line: Line) -> str:
    return str(line.get("close_code") or line.get("code") or "")


def _stream(line: Line) -> Row:
    source, target = (APP, CARRIER) if line["direction"] == "in" else (CARRIER, APP)
    kind = "mark" if line["type"] == "mark" else "stream"
    return Row(line["at_ms"], kind, source, target, f"{line['type']}{_folded(line)}", _until(line))


def _folded(line: Line) -> str:
    """What the log knows of a message, in a few words."""
    parts = []
    if "ms" in line:
        parts.append(f"{line['ms'] / 1000:.1f} s · {line.get('level_dbfs', 0):.0f} dBFS")
    parts += [_quoted(str(line[name])) for name in ("name", "digit", "text", "transcript") if line.get(name)]
    for part in ("item", "response", "error"):
        inner = line.get(part)
        if isinstance(inner, Mapping):
            known = (inner.get(name) for name in ("code", "message", "status", "words", "name"))
            parts += [_quoted(str(value)) if " " in str(value) else str(value) for value in known if value]
    return "".join(f" · {part}" for part in parts)


def _until(line: Line) -> int | None:
    return line["at_ms"] + line["ms"] if "ms" in line else None


def _session(line: Line) -> Row:
    source, target = (APP, MODEL) if line["direction"] == "in" else (MODEL, APP)
    failed = line["type"] == "error" or (line.get("response") or {}).get("status") == "failed"
    label = f"{line['type']}{_folded(line)}"
    return Row(line["at_ms"], "model", source, target, label, bad=failed)


def _session_edge(line: Line) -> Row:
    refused = line["kind"] == "session_refused"
    label = {
        "session_open": f"WebSocket opens /v1/realtime {line.get('model', '')}",
        "session_refused": f"WebSocket refused with {line.get('status')}",
        "session_close": f"WebSocket closed {_code(line)} by {line.get('by', '')}",
    }[line["kind"]]
    back = line["kind"] != "session_open" and line.get("by") != "app"
    source, target = (MODEL, APP) if back else (APP, MODEL)
    return Row(line["at_ms"], "model", source, target, label, bad=refused or line.get("code") in (1006, 1011))


def _quoted(words: Any) -> str:
    return f"“{words}”" if words else ""


_MAKERS: Mapping[str, Callable[[Line], Row]] = {
    "status": _status,
    "error": _problem,
    "complaint": _problem,
    "fault": _problem,
    "webhook": _webhook,
    "callback": _callback,
    "media": lambda line: _http(line, CARRIER, APP),
    "request": _request,
    "verb": _verb,
    "said": _said,
    "heard": _heard,
    "says": _says,
    "audio": _audio,
    "pressed": _pressed,
    "digits_sent": _digits_sent,
    "person_hangs_up": _person_hangs_up,
    "barge_in": _barge_in,
    "gathered": _gathered,
    "stream_start": _stream_edge,
    "stream_stop": _stream_edge,
    "stream": _stream,
    "session": _session,
    "session_open": _session_edge,
    "session_refused": _session_edge,
    "session_close": _session_edge,
}
