"""The catalog: every fault has a test on the wire, a failure mode, and a row in the handbook."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.faults import KINDS
from sandbox.faults.failure_modes import MODES
from sandbox.faults.tables import tables

HANDBOOK = Path("docs/sandbox.md")


def fault_tests() -> Iterator[str]:
    """The names of the tests that show what faults do on the wire."""
    for path in Path("tests/sandbox").rglob("test_*faults.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from (one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))


def fault_of(test: str) -> str:
    """The fault a test is named for; ``chat.slow`` has none in a test of ``chat.slow_tool_turn``."""
    named = [name for name in KINDS if test.startswith(f"test_{name.replace('.', '_')}_")]
    return max(named, key=len, default="")


def test_every_fault_has_a_test_named_for_it():
    assert set(KINDS) - {fault_of(test) for test in fault_tests()} == set()


@pytest.mark.parametrize("number", MODES)
def test_each_of_the_25_failure_modes_can_be_provoked(number):
    assert [kind for kind in KINDS.values() if number in kind.modes] or MODES[number].otherwise


def test_there_are_25_failure_modes_and_no_fault_provokes_another():
    assert list(MODES) == list(range(1, 26))
    assert all(kind.modes and set(kind.modes) <= set(MODES) for kind in KINDS.values())


def test_the_handbook_shows_the_catalog_as_it_is():
    assert tables() in HANDBOOK.read_text(encoding="utf-8"), "python -m sandbox.faults prints the tables"
