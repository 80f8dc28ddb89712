"""`python -m tests.bench_conversation`: calls through both chains in one run, and what a caller waits for. Exits with 1
when fewer turns than wanted could be compared."""

import argparse
import contextlib
import json
import os
import signal
import sys
import tempfile
from math import isnan
from pathlib import Path
from typing import Any

import django

from tests.bench_conversation.house import House

TURNS_OF_A_CALL = 10  # of the twelve a caller has some may not be compared


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="make bench-conversation", description=__doc__)
    parser.add_argument("--turns", type=int, default=50, help="turns of each chain to be compared, at least")
    parser.add_argument("--calls", type=int, default=0, help="calls of each chain; 0 is what the turns need")
    parser.add_argument("--lines", type=int, default=3, help="calls of each chain at once")
    parser.add_argument("--seconds", type=float, default=300.0, help="a call that lasts longer is hung up")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--keep", type=Path, help="a folder for the database, the recordings and the logs")
    return parser.parse_args()


def main() -> int:
    wanted = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is stopped then, too
    with contextlib.ExitStack() as open_things:
        folder = wanted.keep or Path(open_things.enter_context(tempfile.TemporaryDirectory(prefix="conversation")))
        house = House(folder)
        os.environ |= house.environment() | {"DJANGO_SETTINGS_MODULE": "realestate.settings"}
        house.prepare()
        django.setup()
        from tests.bench_conversation import report, run  # what they import reads the settings

        calls = wanted.calls or -(-wanted.turns // TURNS_OF_A_CALL)
        options = {"turns": wanted.turns, "calls": calls, "lines": wanted.lines, "seconds": wanted.seconds}
        measured = run.bench(house, **options, say=_say)
    sys.stdout.write(f"{report.report(measured)}\n")
    if wanted.json:
        sys.stdout.write(json.dumps(_plain(report.as_json(measured))) + "\n")
    return 0 if measured.is_enough else 1


def _plain(value: Any) -> Any:
    """JSON knows no NaN: what could not be measured is null."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return None if isinstance(value, float) and isnan(value) else value


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
