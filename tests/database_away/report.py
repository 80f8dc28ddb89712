"""The figures of the run, and what of them must be nought."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

MOST_SILENCE_SECONDS = 4.0


@dataclass
class Figures:
    """One outage under so many calls."""

    away_s: float
    how: str
    calls: int = 0
    wishes: int = 0
    wishes_lost: int = 0
    wishes_doubled: int = 0
    calls_without_farewell: int = 0
    called_again: int = 0
    lines: int = 0
    lines_lost: int = 0
    lines_doubled: int = 0
    tools: int = 0
    tools_lost: int = 0
    bookings_without_a_word: int = 0
    promises_lost: int = 0
    left_unwritten: int = 0
    error_pages: int = 0
    processes_died: int = 0
    health_while_away: list[str] = field(default_factory=list)
    ended: dict[str, int] = field(default_factory=dict)
    silence_s: dict[str, float] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    slowest_answer_s: float = 0.0
    loop_lag_ms: dict[str, Any] = field(default_factory=dict)
    settled_after_s: float = 0.0


NOUGHT = (
    "wishes_lost",
    "wishes_doubled",
    "calls_without_farewell",
    "called_again",
    "lines_lost",
    "lines_doubled",
    "tools_lost",
    "bookings_without_a_word",
    "promises_lost",
    "left_unwritten",
    "error_pages",
    "processes_died",
)


def problems(found: list[Figures]) -> list[str]:
    """What is not as it must be."""
    wrong = [
        f"{one.how} for {one.away_s:g} s: {name} {getattr(one, name)}"
        for one in found
        for name in NOUGHT
        if getattr(one, name)
    ]
    wrong += [
        f"{one.how} for {one.away_s:g} s: only {one.wishes} wishes in {one.calls} calls"
        for one in found
        if one.wishes < one.calls
    ]
    wrong += [
        f"{one.how} for {one.away_s:g} s: health did not name the database"
        for one in found
        if one.how != "lock" and not any("database" in said for said in one.health_while_away)
    ]
    return wrong


def as_table(found: list[Figures]) -> str:
    """A line for each figure, a column for each outage."""
    names = [name for name in asdict(found[0]) if name not in ("answers", "health_while_away", "loop_lag_ms")]
    rows = [[name, *(str(getattr(one, name)) for one in found)] for name in names]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def counted(answers: Counter[tuple[str, str]]) -> dict[str, int]:
    """The carrier's webhooks by kind and answer."""
    return {f"{kind} {answer}": count for (kind, answer), count in sorted(answers.items())}
