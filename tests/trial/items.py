"""An item found on trial, the verdict on it, and the list of all."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import tests.trial


@dataclass(frozen=True, slots=True)
class Item:
    """A fault that was found, and the tests that hold it closed.

    `id` is the section's letter and a number. `tests` are node ids of pytest, whole or their beginning: a folder, a
    file, a test, a test with one of its parameters.
    """

    id: str
    tried: str
    root: str
    kind: str
    tests: tuple[str, ...]

    def owns(self, nodeid: str) -> bool:
        """Whether the test of that node id tries this item."""
        return any(nodeid == test or nodeid.startswith((f"{test}::", f"{test}[", f"{test}/")) for test in self.tests)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many tests of an item ran, and which of them failed."""

    item: Item
    ran: int
    failed: tuple[str, ...]

    @property
    def as_it_must_be(self) -> bool:
        """Whether something ran, and all of it passed."""
        return self.ran > 0 and not self.failed


def all_items() -> list[Item]:
    """The items of every module of this package, in the order of their ids."""
    return sorted(_found(), key=lambda item: (item.id[0], int(item.id[1:])))


def _found() -> Iterator[Item]:
    for module in pkgutil.iter_modules([str(Path(tests.trial.__file__).parent)]):
        if not module.name.startswith("__"):
            yield from getattr(importlib.import_module(f"tests.trial.{module.name}"), "ITEMS", ())


def verdicts(items: Iterable[Item], outcomes: dict[str, bool]) -> list[Verdict]:
    """What became of each item, by whether each test passed."""
    return [_verdict(item, outcomes) for item in items]


def _verdict(item: Item, outcomes: dict[str, bool]) -> Verdict:
    mine = {nodeid: passed for nodeid, passed in outcomes.items() if item.owns(nodeid)}
    return Verdict(item, len(mine), tuple(nodeid for nodeid, passed in mine.items() if not passed))
