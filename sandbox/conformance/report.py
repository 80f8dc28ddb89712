"""Counts of what was checked, per vendor, direction and type, for one sandbox or for many together."""

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.complaints import Complaints, Kind
from sandbox.services import Services

_NUMBERS = count(1)
_PARTS = ("checked", "complaints", "expected")
_MOST_PROBLEMS = 3


@dataclass(frozen=True)
class Row:
    """Counts of one type; ``expected`` of the ``complaints`` are about messages a test sent on purpose to see them
    refused.

    ``problems`` are the first few of the others.
    """

    kind: Kind
    checked: int
    complaints: int
    expected: int = 0
    problems: tuple[str, ...] = ()

    @property
    def unexpected(self) -> int:
        return self.complaints - self.expected


def rows_of(complaints: Complaints, *, provoked: bool = False) -> list[Row]:
    """The counts as rows. ``provoked``: whoever used this sandbox sent wrong messages on purpose; complaints about what
    the sandbox itself sends always count.
    """
    return [_row(complaints, kind, provoked) for kind in sorted({*complaints.checked, *complaints.complained})]


def _row(complaints: Complaints, kind: Kind, provoked: bool) -> Row:
    checked, complained = complaints.checked[kind], complaints.complained[kind]
    if provoked and kind.by == "client":
        return Row(kind, checked, complained, expected=complained)
    problems = [one.problem for one in complaints.all() if (one.source, one.by, one.message) == kind]
    return Row(kind, checked, complained, problems=_few(problems))


def _few(problems: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(problems))[:_MOST_PROBLEMS]


def as_json(rows: Iterable[Row]) -> list[dict[str, Any]]:
    return [
        row.kind._asdict() | {part: getattr(row, part) for part in _PARTS} | {"problems": row.problems} for row in rows
    ]


def save(rows: Sequence[Row], folder: Path) -> None:
    """Writes one file per sandbox, and makes the folder for it; none when it checked nothing."""
    if rows:
        folder.mkdir(parents=True, exist_ok=True)
        name = f"checked-{os.getpid()}-{next(_NUMBERS)}.json"
        (folder / name).write_text(json.dumps(as_json(rows)), encoding="utf-8")


def added_up(folder: Path) -> list[Row]:
    """The sum of the rows of all sandboxes that saved theirs in that folder."""
    sums: defaultdict[Kind, Counter[str]] = defaultdict(Counter)
    problems: defaultdict[Kind, list[str]] = defaultdict(list)
    for file in sorted(folder.glob("checked-*.json")):
        for row in json.loads(file.read_text(encoding="utf-8")):
            kind = Kind(row["source"], row["by"], row["message"])
            sums[kind].update({part: row[part] for part in _PARTS})
            problems[kind] += row["problems"]
    return [
        Row(kind, **{part: sums[kind][part] for part in _PARTS}, problems=_few(problems[kind])) for kind in sorted(sums)
    ]


def unexpected(rows: Iterable[Row]) -> list[str]:
    """One line for each type with complaints about messages nobody sent wrong on purpose."""
    return [
        f"{row.kind.source}, {row.kind.message} sent by the {row.kind.by}: {row.unexpected}, {'; '.join(row.problems)}"
        for row in rows
        if row.unexpected
    ]


def table(rows: Sequence[Row]) -> list[str]:
    """A line for each type below one for each vendor's channel and direction, and the sum."""
    lines = [f"{'':56}{'checked':>10}{'refused on purpose':>20}{'complaints':>12}"]
    for (source, by), group in groupby(rows, key=lambda row: (row.kind.source, row.kind.by)):
        one = list(group)
        lines.append(_line(f"{source}, sent by {'the ' + by}", one))
        lines += [_line(f"  {row.kind.message}", [row]) for row in one]
    return [*lines, _line("all", rows)]


def _line(name: str, rows: Sequence[Row]) -> str:
    checked, expected, rest = (
        sum(getattr(row, part) for row in rows) for part in ("checked", "expected", "unexpected")
    )
    return f"{name:56}{checked:>10,}{expected:>20,}{rest:>12,}"


def routes(services: Services) -> list[BaseRoute]:
    """``GET /sandbox/conformance``: the counts, the complaints, the settings they were met under."""

    async def listing(request: Request) -> Response:
        rows = rows_of(services.complaints)
        told = {"checked": sum(row.checked for row in rows), "complaints": services.complaints.count}
        return JSONResponse(told | {"settings": services.config.stand_ins(), "messages": as_json(rows)})

    return [Route("/sandbox/conformance", listing, methods=["GET"])]
