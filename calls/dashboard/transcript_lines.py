"""Lines of a transcript: what was said, which tools ran, and which engine took over, in one order."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from calls.dashboard.labels import count_text, engine_label, readable, speaker_name, tool_label, value_text
from calls.dashboard.reasons import reason_words
from calls.models import Call, EngineSpan, ToolUse, Turn
from leads.text import truncate

IDS = ("slot_id", "tool_call_id", "idempotency_key", "lead_id", "call_id")  # they say nothing to a reader
ASKED_FOR = ("areas",)  # a list in a result that repeats the question
PLAIN_TOOLS = ("end_call",)  # their arguments say it all
LONGEST_RESULT = 240  # characters
UNSURE_BELOW = 0.6  # the recognizer's confidence


@dataclass(frozen=True, slots=True)
class TurnLine:
    """Something said. `unheard` is what was generated beyond what the other side heard."""

    key: str
    order: float
    kind: str
    speaker: str
    name: str
    text: str
    unheard: str
    at_ms: int | None
    latency_ms: int | None
    interrupted: bool
    unsure: bool


@dataclass(frozen=True, slots=True)
class ToolLine:
    """A tool the AI used: `state` is running, done or failed."""

    key: str
    order: float
    kind: str
    label: str
    state: str
    asked: tuple[tuple[str, str], ...]
    answer: str
    milliseconds: int | None


@dataclass(frozen=True, slots=True)
class EngineLine:
    """Another engine took over the line."""

    key: str
    order: float
    kind: str
    label: str
    reason: str


TranscriptLine = TurnLine | ToolLine | EngineLine


def transcript_lines(
    call: Call, turns: Sequence[Turn], tools: Sequence[ToolUse], spans: Sequence[EngineSpan]
) -> tuple[TranscriptLine, ...]:
    """All lines in reading order. A tool or a handover stands after the last turn that was written before it."""
    clock = sorted((turn.created_at, turn.position) for turn in turns)
    lines: list[TranscriptLine] = [turn_line(call, turn) for turn in turns]
    lines += [tool_line(use, order=_after(clock, use.started_at)) for use in tools]
    lines += [engine_line(old, new, order=_after(clock, new.started_at)) for old, new in pairwise(spans)]
    return tuple(sorted(lines, key=lambda line: line.order))


def turn_line(call: Call, turn: Turn) -> TurnLine:
    """A turn as a line; its order is its position in the transcript."""
    return TurnLine(
        key=f"turn-{turn.pk}",
        order=turn.position,
        kind="turn",
        speaker=turn.speaker,
        name=speaker_name(call, turn.speaker),
        text=turn.text,
        unheard=_unheard(turn),
        at_ms=turn.started_ms,
        latency_ms=turn.latency_ms if turn.speaker != Turn.Speaker.LEAD else None,
        interrupted=turn.interrupted,
        unsure=turn.confidence is not None and turn.confidence < UNSURE_BELOW,
    )


def tool_line(use: ToolUse, *, order: float) -> ToolLine:
    """A tool use as a line."""
    state = "running" if use.finished_at is None else "done" if use.ok else "failed"
    return ToolLine(
        key=f"tool-{use.pk}",
        order=order + 0.3,
        kind="tool",
        label=tool_label(use.name),
        state=state,
        asked=_asked(use.arguments),
        answer="" if use.name in PLAIN_TOOLS and use.ok else _answer(use.result),
        milliseconds=None if use.finished_at is None else _ms(use.started_at, use.finished_at),
    )


def engine_line(old: EngineSpan, new: EngineSpan, *, order: float) -> EngineLine:
    """A change of engine as a line."""
    return EngineLine(f"engine-{new.pk}", order + 0.6, "engine", engine_label(new.engine), reason_words(old.end_reason))


def _after(clock: Sequence[tuple[datetime, int]], moment: datetime) -> float:
    earlier = clock[: bisect_right(clock, moment, key=lambda row: row[0])]
    return max((position for _, position in earlier), default=-1)


def _unheard(turn: Turn) -> str:
    if not turn.generated_text or turn.generated_text == turn.text:
        return ""
    heard = turn.text.rstrip("…. ")
    return turn.generated_text[len(heard) :].strip() if turn.generated_text.startswith(heard) else turn.generated_text


def _asked(arguments: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(arguments, dict):
        return ()
    given = ((name, value) for name, value in arguments.items() if name not in IDS)
    filled = ((name, value) for name, value in given if value not in (None, "", []))
    return tuple((readable(str(name)), truncate(value_text(value), 120)) for name, value in filled)


def _answer(result: Any) -> str:
    if not isinstance(result, dict):
        return ""
    if isinstance(error := result.get("error"), dict):
        return truncate(str(error.get("say") or error.get("message") or error.get("code") or ""), LONGEST_RESULT)
    return truncate(_headline(result.get("data")), LONGEST_RESULT)


def _headline(data: Any) -> str:
    """A tool's result in short: what it says itself, else how many it found, else its plain fields."""
    if not isinstance(data, dict):
        return value_text(data) if data else ""
    if isinstance(say := data.get("say"), str):
        return say
    counts = [count_text(str(name), _number(data, name)) for name in data if _is_found(data, name)]
    if any(counts):
        return ", ".join(filter(None, counts))
    return value_text({k: v for k, v in data.items() if not isinstance(v, list | dict | bool) and k not in IDS})


def _is_found(data: dict[str, Any], name: str) -> bool:
    return isinstance(data[name], list) and name not in ASKED_FOR


def _number(data: dict[str, Any], name: str) -> int:
    """How many there are. Of homes the result holds only the first few, so their `total` counts."""
    total = data.get("total")
    return total if name == "items" and isinstance(total, int) else len(data[name])


def _ms(start: datetime, end: datetime) -> int:
    return max(0, round((end - start).total_seconds() * 1000))
