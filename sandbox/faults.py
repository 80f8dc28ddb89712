"""Faults on request: what shall go wrong, when, how often; asked for over HTTP or by a scenario.

A part of the sandbox that can fail asks ``faults.take("realtime.drop", elapsed=12.4, call="CA1")`` at the
moment the failure would happen. Which names exist is documented where they are taken.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


@dataclass(frozen=True)
class Fault:
    """One thing that shall go wrong.

    ``at`` is in seconds of the session or call it strikes, ``times`` how often it still strikes. A parameter
    whose key the taker also names must be equal for the fault to fit; all others are advice to the taker
    (seconds, status …).
    """

    name: str
    at: float = 0.0
    times: int = 1
    probability: float = 1.0
    params: Mapping[str, Any] = field(default_factory=dict)

    def fits(self, name: str, elapsed: float, match: Mapping[str, Any]) -> bool:
        known = (self.params[key] == value for key, value in match.items() if key in self.params)
        return self.name == name and elapsed >= self.at and all(known)

    def as_dict(self) -> dict[str, Any]:
        own = {"name": self.name, "at": self.at, "times": self.times, "probability": self.probability}
        return own | dict(self.params)


class Faults:
    """The faults still waiting, oldest first. One event loop uses it, so nothing is locked."""

    def __init__(self, *, seed: int = 0) -> None:
        self._waiting: list[Fault] = []
        self._dice = random.Random(seed)

    def add(self, name: str, *, at: float = 0.0, times: int = 1, probability: float = 1.0, **params: Any) -> Fault:
        """Ask for a fault. Raises ValueError for a negative time, no times or a probability outside 0..1."""
        if at < 0 or times < 1 or not 0 <= probability <= 1:
            raise ValueError("at must be >= 0, times >= 1 and probability between 0 and 1")
        fault = Fault(name, at, times, probability, params)
        self._waiting.append(fault)
        return fault

    def take(self, name: str, *, elapsed: float = 0.0, **match: Any) -> Fault | None:
        """The fault that strikes here and now, used up by one; None when all goes well."""
        for index, fault in enumerate(self._waiting):
            if not fault.fits(name, elapsed, match):
                continue
            if self._dice.random() >= fault.probability:
                continue
            self._use_up(index, fault)
            return fault
        return None

    def _use_up(self, index: int, fault: Fault) -> None:
        if fault.times > 1:
            self._waiting[index] = replace(fault, times=fault.times - 1)
        else:
            del self._waiting[index]

    def clear(self) -> None:
        self._waiting.clear()

    def pending(self) -> list[Fault]:
        return list(self._waiting)


def routes(faults: Faults) -> list[Route]:
    """``/sandbox/faults``: GET lists what waits, POST adds one or an array of them, DELETE clears."""

    async def listing(request: Request) -> Response:
        return JSONResponse({"faults": [fault.as_dict() for fault in faults.pending()]})

    async def adding(request: Request) -> Response:
        try:
            added = _add_all(faults, await request.json())
        except (ValueError, TypeError, AttributeError) as error:
            return JSONResponse({"error": f"not a fault: {error}"}, status_code=400)
        return JSONResponse({"faults": [fault.as_dict() for fault in added]}, status_code=201)

    async def clearing(request: Request) -> Response:
        faults.clear()
        return Response(status_code=204)

    path = "/sandbox/faults"
    return [
        Route(path, listing, methods=["GET"]),
        Route(path, adding, methods=["POST"]),
        Route(path, clearing, methods=["DELETE"]),
    ]


def _add_all(faults: Faults, body: Any) -> list[Fault]:
    wanted = body if isinstance(body, list) else [body]
    return [faults.add(**{str(key): value for key, value in dict(one).items()}) for one in wanted]
