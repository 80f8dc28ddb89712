"""`python -m tests.trial`: tries every item found on trial again and prints the verdicts.

Exits with 1 when one is not as it must be.
"""

import argparse
import json
import sys

import pytest

from tests.trial.items import Item, Verdict, all_items, verdicts


class _Outcomes:
    """Listens to a run of pytest: which tests passed, by node id. Of a test tried twice the last try counts."""

    def __init__(self) -> None:
        self.passed: dict[str, bool] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.failed:
            self.passed[report.nodeid] = report.passed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.trial", description=__doc__)
    parser.add_argument("--only", default="", help="letters of sections or ids of items, with commas: A,B3")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--table", action="store_true", help="print root, kind and tests of each item, and try nothing")
    told = parser.parse_args()
    items = _chosen(told.only)
    if told.table:
        sys.stdout.write("\n".join(_row(item) for item in items) + "\n")
        return 0
    found = verdicts(items, _run(items))
    _report(found, as_json=told.json)
    return int(not all(verdict.as_it_must_be for verdict in found))


def _chosen(only: str) -> list[Item]:
    wanted = {word.strip().upper() for word in only.split(",") if word.strip()}
    return [item for item in all_items() if not wanted or {item.id, item.id[0]} & wanted]


def _run(items: list[Item]) -> dict[str, bool]:
    outcomes = _Outcomes()
    nodes = sorted({test for item in items for test in item.tests})
    if nodes:
        pytest.main(["-q", "-n", "3", "--no-header", *nodes], plugins=[outcomes])
    return outcomes.passed


def _row(item: Item) -> str:
    tests = "<br>".join(f"`{test}`" for test in item.tests)
    return f"| {item.id} | {item.tried} | {item.root} | {item.kind} | {tests} |"


def _report(found: list[Verdict], *, as_json: bool) -> None:
    lines = [_line(verdict) for verdict in found]
    good = sum(verdict.as_it_must_be for verdict in found)
    lines.append(f"{good} of {len(found)} items are as they must be")
    if as_json:
        lines.append(json.dumps({"items": len(found), "as_they_must_be": good, "verdicts": _by_id(found)}))
    sys.stdout.write("\n".join(lines) + "\n")


def _line(verdict: Verdict) -> str:
    said = "as it must be" if verdict.as_it_must_be else "WRONG" if verdict.failed else "NOT TRIED"
    failed = "".join(f"\n      {nodeid}" for nodeid in verdict.failed)
    return f"{verdict.item.id:4} {said:13} {verdict.ran:3} tests  {verdict.item.tried}{failed}"


def _by_id(found: list[Verdict]) -> dict[str, bool]:
    return {verdict.item.id: verdict.as_it_must_be for verdict in found}


if __name__ == "__main__":
    sys.exit(main())
