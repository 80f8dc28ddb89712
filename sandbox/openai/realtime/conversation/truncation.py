"""Which items of a long conversation the model still gets: the rules of a session's ``truncation``. Pure.

The OpenAI SDK's docstrings state them: the oldest messages go first, a model with a window of 32k tokens takes 28,224.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.openai.realtime.conversation.model_input import Share

OUTPUT_TOKENS = 4096
_SMALL_INPUT, _LARGE_INPUT = 28_224, 128_000 - OUTPUT_TOKENS
# The generation whose window is 128k.
_LARGE = ("gpt-realtime-2",)


class TooLong(Exception):
    """The conversation does not fit, and truncation is disabled."""


def input_limit(model: str) -> int:
    """The most input tokens of that model; dated names of 2025 begin with the same digit and are the small kind."""
    return _LARGE_INPUT if model.startswith(_LARGE) and not model.startswith("gpt-realtime-20") else _SMALL_INPUT


def left_out(shares: Sequence[Share], truncation: str | Mapping[str, Any], limit: int) -> int:
    """How many of the oldest items the model does not get. ``shares`` begin with that of instructions and tools.

    Raises TooLong.
    """
    head, *items = [share.text + share.audio for share in shares]
    room = _room(truncation, limit - head)
    if sum(items) <= room:
        return 0
    if truncation == "disabled":
        raise TooLong
    kept_room = room * (truncation["retention_ratio"] if isinstance(truncation, Mapping) else 1.0)
    return next(number for number in range(len(items) + 1) if sum(items[number:]) <= kept_room)


def _room(truncation: str | Mapping[str, Any], left: int) -> int:
    """Tokens for the conversation itself."""
    limits = (truncation.get("token_limits") or {}) if isinstance(truncation, Mapping) else {}
    return max(0, min(left, limits.get("post_instructions") or left))
