"""Formats the catalog of faults as the tables of docs/sandbox.md."""

from collections.abc import Iterator
from itertools import groupby

from sandbox.faults.catalog import KINDS
from sandbox.faults.failure_modes import MODES
from sandbox.faults.kinds import Kind


def tables() -> str:
    """Markdown: the faults by where they strike, then the failure modes and what provokes each."""
    return "\n".join([*_faults(), "", *_modes()])


def _faults() -> Iterator[str]:
    yield "| fault | does | parameters (default) |"
    yield "|---|---|---|"
    for place, kinds in groupby(KINDS.values(), key=lambda kind: kind.place):
        narrowing = "; ".join(f"`{name}`: {one.meaning}" for name, one in place.narrowing.items())
        yield f"| **{place.title}** | `at`: {place.clock} | {narrowing} |"
        yield from map(_row, kinds)


def _row(kind: Kind) -> str:
    own = {name: one for name, one in kind.parameters.items() if not one.narrows}
    parameters = "; ".join(f"`{name}` ({_shown(one.default)}): {one.meaning}" for name, one in own.items())
    return f"| `{kind.name}` | {kind.effect} | {parameters} |"


def _shown(value: object) -> str:
    return (
        {True: "yes", False: "no", "": "empty"}.get(value, str(value))
        if isinstance(value, bool | str)
        else f"{value:g}"
    )


def _modes() -> Iterator[str]:
    yield "| | what goes wrong | faults | provoked besides by |"
    yield "|---|---|---|---|"
    for number, mode in MODES.items():
        names = ", ".join(f"`{kind.name}`" for kind in KINDS.values() if number in kind.modes)
        yield f"| {number} | {mode.symptom} | {names} | {mode.otherwise} |"
