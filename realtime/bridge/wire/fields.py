"""Read the fields of a peer's JSON: present, of the right kind, and safe to use further on.

Nothing a peer sends may raise anything but `BadField`, which names the field and never quotes its value.
"""

import math
import re
from collections.abc import Mapping
from typing import Any

MAX_PAYLOAD = 1_000_000  # base64 characters of one piece of audio: 94 s; real ones are below a second
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


class BadField(Exception):
    """A field is missing or of the wrong kind; the argument names it."""


def as_object(value: object) -> Mapping[str, Any]:
    """A whole message."""
    """A whole message."""
    if not isinstance(value, dict):
        raise BadField("object")
    return value


def part(message: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """An object within a message."""
    """An object within a message."""
    value = message.get(key)
    if not isinstance(value, dict):
        raise BadField(key)
    return value


def identifier(message: Mapping[str, Any], key: str) -> str:
    """A short name or id: present, not empty, printable."""
    value = message.get(key)
    if not isinstance(value, str) or not 0 < len(value) <= 200 or not value.isprintable():
        raise BadField(key)
    return value


def human_text(message: Mapping[str, Any], key: str) -> str:
    """What somebody said or wrote, without what no database or socket can carry (NUL, lone surrogates)."""
    value = message.get(key)
    if not isinstance(value, str):
        raise BadField(key)
    return value.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def audio(message: Mapping[str, Any], key: str) -> str:
    """Base64 text, checked because it goes into the next message unescaped."""
    value = message.get(key)
    if not isinstance(value, str) or len(value) > MAX_PAYLOAD or not _BASE64.fullmatch(value):
        raise BadField(key)
    return value


def count(message: Mapping[str, Any], key: str) -> int:
    """A count or a time in ms that must be there."""
    """A count or a time in ms that must be there."""
    number = count_or_none(message.get(key))
    if number is None:
        raise BadField(key)
    return number


def count_or_none(value: object) -> int | None:
    """A count or a time in ms, from a number or Twilio's text; never negative, never NaN."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 16:
        return int(value)
    if isinstance(value, float) and math.isfinite(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15:
        return value
    return None
