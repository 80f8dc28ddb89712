"""`python -m tests.storm`: calls in a storm of webhooks, and what it did to them. Exits with 1 when it did harm."""

import argparse
import sys
from pathlib import Path

from tests.stage.conclusion import concluded, say
from tests.stage.opened import prepared_house


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.storm", description=__doc__)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=16, help="how many lines there are")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--keep", type=Path, help="a folder for the database and the logs")
    return parser.parse_args()


def main() -> int:
    wanted = arguments()
    with prepared_house(wanted.keep) as house:
        from tests.storm import report, run  # what they import reads the settings

        figures = run.storm(house, calls=wanted.calls, at_once=wanted.at_once, seed=wanted.seed, say=say)
        found = report.problems(figures)
    return concluded(figures, table=report.as_table(figures), problems=found, as_json=wanted.json)


if __name__ == "__main__":
    sys.exit(main())
