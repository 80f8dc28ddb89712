"""A scenario: a seed and the faults of one run, from a JSON or TOML file or the body of a request."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.faults.pending import Faults


class ScenarioError(ValueError):
    """The file cannot be read, or names something that does not exist."""


@dataclass(frozen=True)
class Scenario:
    """A checked scenario: every fault is in the catalog."""

    seed: int
    faults: tuple[Mapping[str, Any], ...]

    @classmethod
    def read_from(cls, data: Any) -> "Scenario":
        """``{"seed": 7, "faults": [{"name": …}]}``. Raises ScenarioError."""
        if not isinstance(data, dict) or data.keys() - {"seed", "faults"}:
            raise ScenarioError("a scenario has a seed and faults, nothing else")
        seed, faults = data.get("seed", 0), data.get("faults", [])
        if type(seed) is not int or not isinstance(faults, list):
            raise ScenarioError("a scenario's seed is a whole number, its faults are a list")
        scenario = cls(seed, tuple(faults))
        scenario.set_up(Faults())
        return scenario

    def set_up(self, faults: Faults) -> None:
        """Replaces all pending faults by these. Raises ScenarioError."""
        faults.clear(seed=self.seed)
        for wanted in self.faults:
            try:
                faults.add(**{str(key): value for key, value in dict(wanted).items()})
            except (ValueError, TypeError) as error:
                raise ScenarioError(str(error)) from error


def load(path: Path) -> Scenario:
    """Reads the scenario in that file; ``.toml`` is TOML, anything else JSON. Raises ScenarioError."""
    try:
        text = path.read_text(encoding="utf-8")
        return Scenario.read_from(tomllib.loads(text) if path.suffix == ".toml" else json.loads(text))
    except (OSError, ValueError) as error:
        raise ScenarioError(f"{path}: {error}") from error
