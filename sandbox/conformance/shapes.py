"""Twilio's published field lists and patterns as JSON schemas of our own writing: ``twilio.json`` beside this file."""

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

_FILE = Path(__file__).parent / "twilio.json"
_LONGEST_RULE = 80


@cache
def schema() -> dict[str, Any]:
    """All schemas, under ``$defs``."""
    found: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found


@cache
def _validator(shape: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{shape}", "$defs": schema()["$defs"]})


def misfits(shape: str, value: Any) -> list[str]:
    """What is wrong with ``value``, without its contents: the place and the broken rule. [] for nothing."""
    return [_said(error) for error in _validator(shape).iter_errors(value)]


def form_misfits(shape: str, form: Iterable[tuple[str, str]]) -> list[str]:
    return misfits(f"form_{shape}", dict(form))


def _said(error: Any) -> str:
    where = ".".join(str(part) for part in error.absolute_path)
    if error.validator in ("required", "additionalProperties"):
        return f"{where}: {error.message}".removeprefix(": ")
    return f"{where}: breaks {error.validator} {str(error.validator_value)[:_LONGEST_RULE]}"


# The shape of the one message that is sent fifty times a second, at a hundredth of the cost of the schema.
_MEDIA = re.compile(
    r'\{"event":"media","sequenceNumber":"[1-9]\d*","media":\{"track":"(in|out)bound","chunk":"[1-9]\d*",'
    r'"timestamp":"\d+","payload":"[A-Za-z0-9+/]{4,}={0,2}"\},"streamSid":"MZ[0-9a-f]{32}"\}'
)


def stream_misfits(text: str) -> list[str]:
    """What is wrong with a message of a media stream as it goes out."""
    if _MEDIA.fullmatch(text):
        return []
    message = json.loads(text)
    return misfits(f"stream_{message['event']}", message)


# What tells webhooks apart: a parameter only one has; the first that fits.
_MARKS = (
    ("MessageStatus", "message"),
    ("CallbackSource", "status"),
    ("RecordingStatus", "recording"),
    ("StreamEvent", "stream"),
    ("UnstableSpeechResult", "partial"),
    ("DialCallStatus", "dial"),
    ("RecordingUrl", "record"),
    ("SpeechResult", "gather"),
    ("Digits", "gather"),
    ("ErrorCode", "fallback"),
)


def webhook_of(form: Iterable[tuple[str, str]]) -> str:
    """Which webhook a form belongs to: voice, fallback, gather, partial, dial, record, status, amd, recording …"""
    names = {name for name, _ in form}
    if "AnsweredBy" in names and "CallStatus" not in names:
        return "amd"
    return next((webhook for mark, webhook in _MARKS if mark in names), "voice")
