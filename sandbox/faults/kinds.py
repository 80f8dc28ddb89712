"""The definition of a kind of fault: name, effect, place, parameters, and the failure modes it provokes."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

type Value = bool | int | float | str


@dataclass(frozen=True)
class Parameter:
    """``default`` also says the type. One that ``narrows`` has none: given, the fault strikes only where it is equal
    (of a URL the end, of a model's name the beginning). Scenarios may still use the ``former`` name.
    """

    meaning: str
    default: Value | None = None
    former: str = ""

    @property
    def narrows(self) -> bool:
        return self.default is None

    def check(self, name: str, value: Any) -> Value:
        """The value in the parameter's type. Raises ValueError."""
        wanted = str if self.default is None else type(self.default)
        if wanted is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if type(value) is not wanted:
            raise ValueError(f"{name} is a {_TYPES[wanted]}, not {value!r}")
        if isinstance(value, float) and not isfinite(value):
            raise ValueError(f"{name} is a finite number")
        if isinstance(value, int | float) and isinstance(self.default, int | float) and value < 0 <= self.default:
            raise ValueError(f"{name} cannot be negative")
        checked: Value = value
        return checked


_TYPES: Mapping[type, str] = {bool: "yes or no", int: "whole number", float: "number", str: "text"}


@dataclass(frozen=True)
class Place:
    """A part of the sandbox: the clock by which ``at`` counts there, and the parameters that narrow a fault down."""

    title: str
    clock: str
    narrowing: Mapping[str, Parameter]


@dataclass(frozen=True)
class Kind:
    """``modes`` are the failure modes it provokes, numbered as in ``sandbox.faults.failure_modes``."""

    name: str
    effect: str
    place: Place
    modes: tuple[int, ...]
    parameters: Mapping[str, Parameter]

    def as_dict(self) -> dict[str, Any]:
        parameters = {name: {"default": one.default, "meaning": one.meaning} for name, one in self.parameters.items()}
        about = {"name": self.name, "effect": self.effect, "where": self.place.title, "at_counts": self.place.clock}
        return about | {"failure_modes": list(self.modes), "parameters": parameters}
