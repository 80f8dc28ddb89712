"""`python -m tests.bench`: rounds of calls through Ringside and what it is compared with, in turns, and a table."""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from math import isnan
from pathlib import Path
from typing import Any

import uvloop

from tests.bench.accounts import Share
from tests.bench.house import CORES, KINDS, Server, running
from tests.bench.report import report, summary
from tests.bench.rounds import Round, idle_share, play

WARM_UP_CALLS = 4


def main() -> None:
    """Measure and print."""
    options = parse(sys.argv[1:])
    os.sched_setaffinity(0, {CORES[-1]})
    with tempfile.TemporaryDirectory(prefix="ringside-bench-") as var_dir:
        rounds = uvloop.run(measure(options, Path(var_dir)))
    print(report(rounds))  # noqa: T201
    if options.json:
        print(json.dumps(_plain({"rounds": [asdict(one) for one in rounds], "summary": summary(rounds)})))  # noqa: T201


def _plain(value: Any) -> Any:
    """JSON knows no NaN: what could not be measured is null."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and isnan(value) else value


def parse(arguments: list[str]) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--calls", type=int, default=50, help="calls at once")
    parser.add_argument("--most", type=int, default=100, help="calls at once in the last round; 0 for none")
    parser.add_argument("--seconds", type=float, default=8.0, help="how long each round is measured")
    parser.add_argument("--settle", type=float, default=2.0, help="seconds of peace before and after a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=None, help="live pages open; default: one in ten calls")
    parser.add_argument("--only", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return parser.parse_args(arguments)


async def measure(options: argparse.Namespace, var_dir: Path) -> list[Round]:
    """All rounds, the servers taking turns."""
    plan = [options.calls] * options.rounds + ([options.most] if options.most else [])
    with ExitStack() as stack:
        servers = [
            stack.enter_context(await asyncio.to_thread(running, kind, var_dir, calls=sum(plan) + WARM_UP_CALLS))
            for kind in options.only
        ]
        idle = {server.name: await _warm_up(server, options.settle) for server in servers}
        return [
            await _round(server, calls, options, idle[server.name])
            for number, calls in enumerate(plan)
            for server in servers
            if number < options.rounds or server.name in ("bare", "ringside")
        ]


async def _round(server: Server, calls: int, options: argparse.Namespace, idle: Share) -> Round:
    pages = calls // 10 if options.pages is None else min(options.pages, calls)
    print(f"{server.name}: {calls} calls", file=sys.stderr, flush=True)  # noqa: T201
    return await play(server, calls=calls, seconds=options.seconds, pages=pages, idle=idle, settle=options.settle)


async def _warm_up(server: Server, settle: float) -> Share:
    """A few calls first: what a process makes once is no cost of a call. Then what it uses with nobody there."""
    await play(server, calls=WARM_UP_CALLS, seconds=1.0, pages=1, idle=Share(0, 0), settle=settle)
    return await idle_share(server, settle)


if __name__ == "__main__":
    main()
