"""The rounds as a table, and what they say about the budgets."""

from collections.abc import Callable, Iterable, Mapping
from math import nan
from operator import attrgetter
from statistics import median
from typing import Any

from tests.bench.house import CORES
from tests.bench.rounds import Round

HEAD = (
    "server",
    "calls",
    "CPU %/call",
    "loop %/call",
    "up p50",
    "p95",
    "p99",
    "down p50",
    "p95",
    "p99",
    "kB/call",
    "lag p95",
    "p99",
    "gaps",
)

UP_50, UP_95, UP_99 = (attrgetter(f"up.{share}") for share in ("p50", "p95", "p99"))
DOWN_50, DOWN_95, DOWN_99 = (attrgetter(f"down.{share}") for share in ("p50", "p95", "p99"))


def report(rounds: list[Round]) -> str:
    """Everything measured, for people: medians over the rounds of the same kind, ms unless said otherwise."""
    rows = [HEAD, *(_row(group) for group in _groups(rounds).values())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    table = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    notes = [f"{name}: {value}" for name, value in summary(rounds).items()]
    cores = "server and load on cores of their own" if len(CORES) > 1 else "server and load SHARE ONE CORE"
    return "\n".join([*table, "", f"medians; latency and lag in ms; {cores}", *notes])


def summary(rounds: list[Round]) -> dict[str, Any]:
    """Each budget of the bridge and what was measured, and whether it holds."""
    groups = _groups(rounds)
    usual = {name: group for (name, calls), group in groups.items() if calls == rounds[0].calls}
    said: dict[str, Any] = {}
    if "ringside" in usual:
        said |= _alone(usual["ringside"])
        said |= {f"CPU to {other}": _ratios(usual["ringside"], usual[other]) for other in usual if other != "ringside"}
    for (name, calls), group in groups.items():
        if name == "ringside" and calls != rounds[0].calls:
            late = max(one.up.p99 for one in group), max(one.down.p99 for one in group)
            said[f"p99 at {calls} calls, ms (budget 10)"] = {"up": late[0], "down": late[1]}
    return said


def _alone(group: list[Round]) -> dict[str, Any]:
    return {
        "CPU % of a core per call (budget 0.40)": round(_median(group, lambda one: one.cpu), 3),
        "of it the event loop": round(_median(group, lambda one: one.loop_cpu), 3),
        "p50 ms up, down (budget 1)": [
            _median(group, lambda one: one.up.p50),
            _median(group, lambda one: one.down.p50),
        ],
        "MB per live call, worst round (budget 1.5)": round(max(one.memory for one in group) / 1024, 3),
    }


def _ratios(ours: list[Round], theirs: list[Round]) -> dict[str, float]:
    base = _median(theirs, lambda one: one.cpu)
    whole, loop = _median(ours, lambda one: one.cpu), _median(ours, lambda one: one.loop_cpu)
    return {"whole process": round(whole / base, 2), "event loop": round(loop / base, 2)}


def _row(group: list[Round]) -> tuple[str, ...]:
    def middle(of: Callable[[Round], float], digits: int = 2) -> str:
        return f"{_median(group, of):.{digits}f}"

    first = group[0]
    return (
        first.server,
        str(first.calls),
        middle(lambda one: one.cpu, 3),
        middle(lambda one: one.loop_cpu, 3),
        *(middle(late) for late in (UP_50, UP_95, UP_99, DOWN_50, DOWN_95, DOWN_99)),
        f"{max(one.memory for one in group):.0f}",
        middle(lambda one: one.lag.get("p95", nan)),
        middle(lambda one: one.lag.get("p99", nan)),
        str(sum(one.up.gaps + one.down.gaps for one in group)),
    )


def _groups(rounds: Iterable[Round]) -> Mapping[tuple[str, int], list[Round]]:
    groups: dict[tuple[str, int], list[Round]] = {}
    for one in rounds:
        groups.setdefault((one.server, one.calls), []).append(one)
    return groups


def _median(group: list[Round], of: Callable[[Round], float]) -> float:
    return median(of(one) for one in group)
