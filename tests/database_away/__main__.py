"""`python -m tests.database_away`: the database goes away under live calls. Exits with 1 when anything was lost.

With a PostgreSQL in DATABASE_URL the road to it is cut, or left open without an answer (`--how hang`); with SQLite
somebody else holds its lock.
"""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from tests.stage.conclusion import concluded, say
from tests.stage.opened import prepared_house


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.database_away", description=__doc__)
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--seconds", default="5,15,60", help="how long it is away, with commas")
    parser.add_argument("--how", choices=("refuse", "hang"), default="refuse")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--keep", type=Path, help="a folder for the database and the logs")
    return parser.parse_args()


def main() -> int:
    wanted = arguments()
    with prepared_house(wanted.keep) as house:
        from tests.database_away import report, run  # what they import reads the settings

        seconds = [float(word) for word in wanted.seconds.split(",")]
        found = run.database_trial(house, calls=wanted.calls, outages=seconds, how=wanted.how, say=say)
        wrong = report.problems(found)
        table = report.as_table(found)
    return concluded({"outages": [asdict(one) for one in found]}, table=table, problems=wrong, as_json=wanted.json)


if __name__ == "__main__":
    sys.exit(main())
