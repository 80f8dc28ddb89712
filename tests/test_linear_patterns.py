"""No pattern of the product takes time with the square of a text: whoever sends one could keep a process busy."""

import importlib
import pkgutil
import re
from collections import deque
from collections.abc import Iterator
from time import process_time
from typing import Any

import pytest

PACKAGES = ("calls", "leads", "realtime", "realestate")
LENGTH = 10_000
SECONDS = 0.4  # a linear one takes some ms, a square one more than a second
TRIED_AT_ONE_PLACE = {  # by `match` or `fullmatch`, so that a text of no end is gone through once
    "calls.compliance.opt_out_words.ONLY_THAT_KEY",
    "leads.phone_numbers._WORDS_FIRST",
    "realestate.database_url.FORM",
}
REPEATED = (
    *("a", " ", "\n", "1", ".", "…", "-", '"', "@a.", "a-", "A-", "x_", "a.", "1,", "1-", "you ", "please stop "),
    *("a b ", "a at ", "a at b dot ", "one hundred ", "Main St ", "1 Main ", "5:00 ", "- ", "$1 ", "1/2 "),
)


def patterns_in(value: Any, *, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    """The patterns a module-level value holds."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict) and depth < 4:
        for pair in value.items():
            yield from patterns_in(pair, depth=depth + 1)
    elif isinstance(value, tuple | list | set | frozenset) and depth < 4:
        for part in value:
            yield from patterns_in(part, depth=depth + 1)


def modules(package: str) -> Iterator[Any]:
    """The modules of a package, imported."""
    for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
        if ".migrations" not in found.name:
            yield importlib.import_module(found.name)


def seconds_for(name: str, pattern: re.Pattern[Any], repeated: str) -> float:
    """How long it takes to look for the pattern, everywhere unless it is known to be tried at one place."""
    text: Any = repeated * (LENGTH // len(repeated)) + "!"
    text = text if isinstance(pattern.pattern, str) else text.encode()
    began = process_time()
    if name in TRIED_AT_ONE_PLACE:
        pattern.match(text)
    else:
        deque(pattern.finditer(text), maxlen=0)
    return process_time() - began


@pytest.mark.parametrize("package", PACKAGES)
def test_a_pattern_reads_a_text_in_linear_time(package: str) -> None:
    found = {
        pattern: f"{module.__name__}.{name}"
        for module in modules(package)
        for name, value in vars(module).items()
        if not name.startswith("__")
        for pattern in patterns_in(value)
    }
    slow = {
        f"{name}: {pattern.pattern!r} on {unit!r}"
        for pattern, name in found.items()
        for unit in REPEATED
        if seconds_for(name, pattern, unit) > SECONDS
    }
    assert slow == set()
