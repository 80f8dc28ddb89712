"""`python -m tests.soak`: many calls with faults, and what came of them. Exits with 1 when something was not to be."""

import argparse
import contextlib
import json
import os
import sys
import tempfile
from pathlib import Path

import django

from tests.journeys.conftest import own_database
from tests.soak.house import House


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=25, help="how many lines there are")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", default="", help="this fault on every call; see tests/soak/faults.py")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--keep", type=Path, help="a folder for the database and the logs")
    return parser.parse_args()


def main() -> int:
    wanted = arguments()
    with contextlib.ExitStack() as open_things:
        folder = wanted.keep or Path(open_things.enter_context(tempfile.TemporaryDirectory(prefix="soak")))
        database = open_things.enter_context(own_database())
        redis = os.environ.get("REDIS_URL", "")
        house = House(folder, overrides=database | ({"REDIS_URL": redis} if database and redis else {}))
        os.environ |= house.environment() | {"DJANGO_SETTINGS_MODULE": "realestate.settings", "LOG_LEVEL": "ERROR"}
        house.prepare()
        django.setup()
        from tests.soak import report, run  # what they import reads the settings

        figures = run.soak(
            house, calls=wanted.calls, at_once=wanted.at_once, seed=wanted.seed, fault=wanted.fault, say=_say
        )
    found = report.problems(figures)
    verdict = "\n".join(f"NOT RIGHT: {problem}" for problem in found) or "passed"
    sys.stdout.write(f"{report.as_table(figures)}\n{verdict}\n")
    if wanted.json:
        sys.stdout.write(json.dumps(figures | {"problems": found}) + "\n")
    return 1 if found else 0


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
