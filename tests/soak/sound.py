"""Audio that says whose it is: every frame of a caller or of the model's carries the number of its call."""

import base64
from functools import cache

FRAME_MS = 20
BYTES_PER_MS = 8
FRAME = FRAME_MS * BYTES_PER_MS
QUIET = base64.b64encode(b"\xff" * FRAME).decode()
SILENT = frozenset(b"\xff\x7f")  # the two zeros of µ-law
_CALLER, _AGENT, _DIGIT = 0x21, 0x22, 0x30  # first bytes of a frame; all of them loud in µ-law


@cache
def caller_frame(number: int) -> str:
    """20 ms of that call's caller speaking, base64."""
    return base64.b64encode(_frame(_CALLER, number)).decode()


@cache
def agent_delta(number: int, ms: int = 200) -> str:
    """Some of that call's agent speaking, base64."""
    return base64.b64encode(_frame(_AGENT, number) * (ms // FRAME_MS)).decode()


def caller_in(frame: bytes) -> int | None:
    """Whose caller speaks in a frame; None when it is none of ours."""
    return _number(frame, _CALLER)


def agent_in(sound: bytes) -> int | None:
    """Whose agent speaks; None for sounds that are no model's."""
    return _number(sound, _AGENT)


def is_silent(frame: bytes) -> bool:
    """Whether nobody speaks in it."""
    return frame[0] in SILENT


def _frame(kind: int, number: int) -> bytes:
    header = bytes([kind, *(_DIGIT + int(digit) for digit in f"{number:04d}")])
    return header + b"\x10\x90" * ((FRAME - len(header)) // 2) + b"\x10" * ((FRAME - len(header)) % 2)


def _number(sound: bytes, kind: int) -> int | None:
    if len(sound) < 5 or sound[0] != kind:
        return None
    digits = [byte - _DIGIT for byte in sound[1:5]]
    return int("".join(map(str, digits))) if all(0 <= digit <= 9 for digit in digits) else None
