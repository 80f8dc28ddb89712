"""The twenty-five known failure modes of voice bridges: each has a test that bears its number."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
NUMBERED = re.compile(r"test_fm(\d\d)_")
FAILURE_MODES = {
    1: "an interrupted agent talks on",
    2: "a truncation is refused",
    3: "the agent remembers what nobody heard",
    4: "two responses at once end the call",
    5: "the agent answers twice around a tool",
    6: "the agent interrupts itself",
    7: "silence for good after a cough",
    8: "dead air at pick-up",
    9: "no greeting, or two",
    10: "static instead of a voice",
    11: "stutter",
    12: "the caller is understood badly",
    13: "a transcript of what was never said",
    14: "a transcript out of order",
    15: "a goodbye cut off",
    16: "a line that stays open after the goodbye",
    17: "zombie calls",
    18: "the connection ends under a live call",
    19: "silence when a provider fails",
    20: "dead air during tools",
    21: "'booked', and nothing is",
    22: "talking to voicemail",
    23: "a key or a transfer ends the call",
    24: "refused webhooks, open sockets, statuses that go backwards",
    25: "wrong costs",
}


def numbers_in(path: Path) -> Iterator[int]:
    """The failure modes a file's test functions are named after."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (found := NUMBERED.match(node.name)):
            yield int(found[1])


def test_each_failure_mode_has_a_test_that_bears_its_number() -> None:
    named = {number for path in TESTS.rglob("test_*.py") for number in numbers_in(path)}
    assert named == set(FAILURE_MODES)
