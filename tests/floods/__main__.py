"""`python -m tests.floods`: live calls through one web process, one attack after the other, and a table.

Exits with 1 when a call was lost, or a loop, a caller or the memory noticed more than it may.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import uvloop

from tests.bench.house import CORES, running
from tests.floods.attacks import ATTACKS
from tests.floods.trials import Trial, attempt, holding

LAG_MS = 100.0  # p99 of the loop, during a flood
SILENCE_MS = 500.0
GROWTH_MB = 50.0
COLUMNS = (
    *("attack", "calls", "left", "lag_p99_ms", "lag_max_ms", "silence_ms", "sound_p99_ms", "gaps", "visitor_ms", "cpu"),
    *("memory_before_mb", "memory_peak_mb", "memory_after_mb", "sent_mb", "connections"),
)


def main() -> int:
    """Measure and print."""
    options = parse(sys.argv[1:])
    os.sched_setaffinity(0, {CORES[-1]})
    with tempfile.TemporaryDirectory(prefix="ringside-floods-") as var_dir:
        trials = uvloop.run(measure(options, Path(var_dir)))
    wrong = [problem for trial in trials for problem in problems(trial)]
    print("\n".join([*table(trials), "", *wrong, f"{len(wrong)} of the bounds broken"]))  # noqa: T201
    if options.json:
        print(json.dumps({"trials": [asdict(trial) for trial in trials], "problems": wrong}))  # noqa: T201
    return int(bool(wrong))


def parse(arguments: list[str]) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="make floods", description=__doc__)
    parser.add_argument("--calls", type=int, default=20, help="live realtime calls")
    parser.add_argument("--seconds", type=float, default=8.0, help="how long each attack lasts")
    parser.add_argument("--settle", type=float, default=2.0, help="seconds of peace after each")
    parser.add_argument("--only", nargs="+", choices=list(ATTACKS), default=list(ATTACKS))
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return parser.parse_args(arguments)


async def measure(options: argparse.Namespace, var_dir: Path) -> list[Trial]:
    """All attacks on one process, whose calls go on throughout."""
    with await asyncio.to_thread(running, "watched", var_dir, calls=options.calls + 1) as server:
        async with holding(server, options.calls) as held:
            await asyncio.sleep(options.settle)
            trials = []
            for attack in options.only:
                print(attack, file=sys.stderr, flush=True)  # noqa: T201
                trials.append(await attempt(held, attack, seconds=options.seconds, settle=options.settle))
            return trials


def problems(trial: Trial) -> list[str]:
    """What is beyond its bound."""
    found = {
        f"{trial.calls - trial.left} calls lost": trial.left < trial.calls,
        f"loop lag p99 {trial.lag_p99_ms} ms": trial.lag_p99_ms > LAG_MS,
        f"{trial.silence_ms} ms of silence": trial.silence_ms > SILENCE_MS,
        f"{trial.gaps} pieces of sound lost": trial.gaps > 0,
        f"{trial.memory_after_mb} MB kept": trial.memory_after_mb > trial.memory_before_mb + GROWTH_MB,
        f"{trial.memory_peak_mb} MB at its peak": trial.memory_peak_mb > trial.memory_before_mb + 2 * GROWTH_MB,
    }
    return [f"{trial.attack}: {problem}" for problem, holds in found.items() if holds]


def table(trials: list[Trial]) -> list[str]:
    """A line for each attack."""
    rows = [COLUMNS, *(tuple(str(getattr(trial, name)) for name in COLUMNS) for trial in trials)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]


if __name__ == "__main__":
    sys.exit(main())
