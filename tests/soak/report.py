"""The figures of a soak, and what of them must be nought."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.soak.faults import AFTER_FAULT_SECONDS, FAULTS
from tests.soak.leg import Leg
from tests.soak.rows import RUNGS, Kept

OPEN_SECONDS = 60.0  # a leg, or a row that says there is one, may outlive its call by so much
SESSION_SECONDS = 2.0
MOST_SILENCE_SECONDS = 3.0
ENOUGH_FOR_P95 = 200  # calls; of fewer it is one or two unlucky ones, printed and not judged
LEFT_SILENTLY = "vanishes_at_hang_up"  # nobody can know of it before the media watchdog


@dataclass
class Tally:
    """What came of the calls with one fault."""

    silences: list[float] = field(default_factory=list)
    rungs: Counter[str] = field(default_factory=Counter)


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of the values does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def is_lost(leg: Leg, kept: Kept | None) -> bool:
    """The line ended before the caller left, and no word of farewell was said to him."""
    if leg.how == "caller":
        return False
    return kept is None or leg.how in ("error", "ran out", "") or kept.farewell_at is None


def silence_after(leg: Leg, struck_at: float) -> float:
    """The longest silence the caller heard from then on, in seconds; what lasts at his leaving counts."""
    until = min(leg.ended_at or 0.0, struck_at + AFTER_FAULT_SECONDS)
    return leg.ear.longest_silence(leg.answered_at or 0.0, until, after=struck_at) if until > struck_at else 0.0


def longest_silences(legs: Iterable[Leg], count: int = 3) -> list[str]:
    """The longest silences after a fault, in words: of which call, from when on, and what began and ended it."""
    found = [(silence_after(leg, at), fault, at, leg) for leg in legs for fault, at in leg.strikes]
    return [_in_words(*each) for each in sorted(found, key=lambda each: -each[0])[:count] if each[0]]


def _in_words(seconds: float, fault: str, at: float, leg: Leg) -> str:
    began = leg.answered_at or 0.0
    until = min(leg.ended_at or 0.0, at + AFTER_FAULT_SECONDS)
    silence = max((each for each in leg.ear.silences(began, until) if each.end > at), key=lambda each: each.seconds)
    spoke = max((end for start, end in leg.ear.caller if start <= silence.start), default=0.0)
    before = "the caller" if abs(spoke - silence.start) < 0.05 else "the agent"
    return (
        f"call {leg.plan.number}: {seconds:.1f} s from {silence.start - began:.1f} s after the answer, when {before} "
        f"had spoken; {fault} at {at - began:.1f} s; {'to the end' if silence.end >= until else 'then a voice'}; "
        f"streams {len(leg.streams)}, ended by {leg.how} at {until - began:.1f} s; {leg.notes}"
    )


def tallies(legs: Iterable[Leg], kept: dict[str, Kept]) -> dict[str, Tally]:
    """By fault, in the order of the list."""
    found: dict[str, Tally] = defaultdict(Tally)
    for leg in legs:
        for fault, at in leg.strikes:
            found[fault].silences.append(silence_after(leg, at))
            found[fault].rungs[kept[leg.sid].rung if leg.sid in kept else "?"] += 1
    return {name: found[name] for name in FAULTS if name in found}


def overstayed(leg: Leg, kept: Kept | None) -> bool:
    """The leg was open for long after our goodbye, or its row long after its end, or its socket was."""
    if kept is None or leg.ended_utc is None:
        return True
    row = (kept.ended_at - leg.ended_utc).total_seconds() if kept.ended_at else OPEN_SECONDS + 1
    goodbye = (leg.ended_utc - kept.farewell_at).total_seconds() if kept.farewell_at else 0.0
    socket = max((stream.closed_after_end or 0.0 for stream in leg.streams), default=0.0)
    return max(row, goodbye, socket) > OPEN_SECONDS - 0.5


def summary(silences: Sequence[float]) -> dict[str, float]:
    """p50, p95 and the longest, in seconds."""
    return {
        "p50": round(statistics.median(silences), 2) if silences else 0.0,
        "p95": round(quantile(silences, 0.95), 2),
        "max": round(max(silences, default=0.0), 2),
    }


def as_table(figures: dict[str, Any]) -> str:
    """The figures for people."""
    head = f"{'fault':22}{'calls':>6}{'p50':>7}{'p95':>7}{'max':>7}  " + " ".join(f"{rung:>12}" for rung in RUNGS)
    lines = ["caller-heard silence after the fault (s), and the rung the call came down to", head]
    for name, row in figures["faults"].items():
        heard = row["silence_s"]
        rungs = " ".join(f"{row['rungs'].get(rung, 0) or '':>12}" for rung in RUNGS)
        lines.append(f"{name:22}{row['calls']:>6}{heard['p50']:>7}{heard['p95']:>7}{heard['max']:>7}  {rungs}")
    lines.append("")
    lines += [f"{name:38} {value}" for name, value in figures.items() if name != "faults"]
    return "\n".join(lines)


def problems(figures: dict[str, Any]) -> list[str]:
    """What must not be, in words; empty when the soak was passed."""
    nought = ("lost", "not_placed", "legs_open_over_60_s", "sessions_over_2_s", "crossed_audio", "leaked_sockets",
              "leaked_tasks", "twice_booked", "ended_late")  # fmt: skip
    found = [f"{name}: {figures[name]}" for name in nought if figures[name]]
    found += [f"unfinished {name}: {count}" for name, count in figures["unfinished_rows"].items() if count]
    found += [f"logged as an error: {what} ({count})" for what, count in figures["errors_logged"].items()]
    if figures["calls"] >= ENOUGH_FOR_P95 and figures["silence_s"]["p95"] > MOST_SILENCE_SECONDS:
        found.append(f"silence p95 {figures['silence_s']['p95']} s")
    return found
