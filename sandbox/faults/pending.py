"""The faults requested but not struck yet, and the seeded dice that decide when they strike."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from sandbox.faults.catalog import KINDS
from sandbox.faults.kinds import Kind, Value


@dataclass(eq=False)
class Fault:
    """One requested fault.

    ``at`` is in seconds by the clock of its place, ``times`` how often it still strikes. ``params`` holds every
    parameter of its kind, defaults included, and what it was narrowed to.
    """

    name: str
    at: float
    times: int
    probability: float
    params: Mapping[str, Value]
    dice: random.Random
    asked: float = field(default_factory=monotonic)
    _drawn: dict[str, bool] = field(default_factory=dict)

    def fits(self, name: str, elapsed: float | None, match: Mapping[str, str]) -> bool:
        since = monotonic() - self.asked if elapsed is None else elapsed
        return self.name == name and since >= self.at and all(self._narrowed_to(key, match[key]) for key in match)

    def _narrowed_to(self, key: str, value: str) -> bool:
        wanted = self.params.get(key)
        match key:
            case "url":
                return value.endswith(str(wanted or ""))
            case "model":
                return value.startswith(str(wanted or ""))
            case _:
                return wanted in (None, value)

    def strikes(self, subject: str) -> bool:
        """Throws the dice; only once for each ``subject`` that is asked about again and again, such as a stream."""
        if not subject:
            return self.dice.random() < self.probability
        if subject not in self._drawn:
            self._drawn[subject] = self.dice.random() < self.probability
        return self._drawn[subject]

    def number(self, name: str) -> float:
        """A parameter that is a number; seconds, unless the catalog says otherwise."""
        return float(self.params[name])

    def whole(self, name: str) -> int:
        return int(self.params[name])

    def text(self, name: str) -> str:
        return str(self.params[name])

    def as_dict(self) -> dict[str, Any]:
        own = {"name": self.name, "at": self.at, "times": self.times, "probability": self.probability}
        return own | dict(self.params)


class Faults:
    """The faults still pending, oldest first. One event loop uses it, so nothing is locked.

    Each fault has its own dice, seeded by ``seed``, its name and its number: other faults change nothing for it.
    """

    def __init__(self, *, seed: int = 0) -> None:
        self._waiting: list[Fault] = []
        self.seed, self._added = seed, 0
        self.struck: Counter[str] = Counter()

    def add(self, name: str, *, at: float = 0.0, times: int = 1, probability: float = 1.0, **params: Value) -> Fault:
        """Requests a fault. Raises ValueError for an unknown name or parameter or an invalid value."""
        _check("at", at, float, low=0.0)
        _check("times", times, int, low=1)
        _check("probability", probability, float, low=0.0, high=1.0)
        whole = _completed(_kind(name), params)
        self._added += 1
        fault = Fault(name, at, times, probability, whole, random.Random(f"{self.seed}|{self._added}|{name}"))
        self._waiting.append(fault)
        return fault

    def take(self, name: str, *, elapsed: float | None = None, subject: str = "", **match: str) -> Fault | None:
        """Takes the fault that strikes here and now, using it up by one; None when nothing goes wrong.

        Without ``elapsed`` a fault's second counts from when it was requested.
        """
        if name not in KINDS:
            raise KeyError(f"{name} is no fault of the catalog")
        for fault in self._waiting:
            if fault.fits(name, elapsed, match) and fault.strikes(subject):
                self._use_up(fault)
                return fault
        return None

    def awaited(self, *names: str) -> bool:
        """Whether any of these is pending at all, whenever and for whomever."""
        return any(fault.name in names for fault in self._waiting)

    def _use_up(self, fault: Fault) -> None:
        self.struck[fault.name] += 1
        fault.times -= 1
        if not fault.times:
            self._waiting.remove(fault)

    def clear(self, *, seed: int | None = None) -> None:
        """Drops all pending faults; the dice start again."""
        self._waiting.clear()
        self.struck.clear()
        self.seed, self._added = self.seed if seed is None else seed, 0

    def pending(self) -> list[Fault]:
        return list(self._waiting)


def _kind(name: Any) -> Kind:
    if not isinstance(name, str) or name not in KINDS:
        raise ValueError(f"no fault is called {name!r}; there are {', '.join(KINDS)}")
    return KINDS[name]


def _completed(kind: Kind, given: Mapping[str, Any]) -> dict[str, Value]:
    """The given parameters, checked, and the defaults of the others. Former names are accepted."""
    renamed = {one.former: name for name, one in kind.parameters.items() if one.former}
    given = {renamed.get(name, name): value for name, value in given.items()}
    if unknown := sorted(given.keys() - kind.parameters.keys()):
        known = ", ".join(["at", "times", "probability", *kind.parameters])
        raise ValueError(f"{kind.name} has no {', '.join(unknown)}; it has {known}")
    defaults = {name: one.default for name, one in kind.parameters.items() if one.default is not None}
    return defaults | {name: kind.parameters[name].check(name, value) for name, value in given.items()}


def _check(name: str, value: Any, wanted: type, *, low: float, high: float = 1e9) -> None:
    fits = isinstance(value, (int, float) if wanted is float else int) and not isinstance(value, bool)
    if not fits or not low <= value <= high:
        raise ValueError("at must be >= 0, times a whole number >= 1 and probability between 0 and 1")
