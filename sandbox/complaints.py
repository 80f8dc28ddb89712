"""The conformance log: how many messages were checked, and which of them the real vendor would not send or accept.

A test run ends by asserting that ``GET /sandbox/complaints`` is empty. What a message carried is left out on purpose
because it may hold speech; a complaint names the message's type and the field.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_MOST_KINDS = 200


@dataclass(frozen=True)
class Complaint:
    """``source`` is where it was met ("openai.realtime", "twilio.rest" …); ``by`` is "client" or "sandbox".

    ``about`` is the call (its SID) or the model session (its id) in which it was met, "" when neither is known.
    """

    source: str
    by: str
    message: str
    problem: str
    at: str
    about: str = ""


class Kind(NamedTuple):
    """Messages counted together: where they were met, who sent them, their type."""

    source: str
    by: str
    message: str


class Complaints:
    """The list, oldest first; past ``limit`` the later ones are only counted."""

    def __init__(self, *, limit: int = 1000) -> None:
        self._list: list[Complaint] = []
        self._limit = limit
        self.count = 0
        self.checked: Counter[Kind] = Counter()
        self.complained: Counter[Kind] = Counter()

    def check(self, source: str, *, message: str, by: str, problems: Iterable[str] = (), about: str = "") -> None:
        """Count a message that was checked, and note each of its problems. ``message`` is one of few types."""
        self.checked[Kind(source, by, message)] += 1
        for problem in problems:
            self.add(source, message=message, problem=problem, by=by, about=about)

    def add(self, source: str, *, message: str, problem: str, by: str = "client", about: str = "") -> None:
        """Note that ``by`` sent a ``message`` (its type or verb) with this ``problem``."""
        self.count += 1
        self.complained[self._counted(Kind(source, by, message))] += 1
        if len(self._list) < self._limit:
            self._list.append(Complaint(source, by, message, problem, datetime.now(UTC).isoformat(), about))

    def _counted(self, kind: Kind) -> Kind:
        """Limits the number of types: a client may invent them without end."""
        few = kind in self.checked or kind in self.complained or len(self.complained) < _MOST_KINDS
        return kind if few else Kind(kind.source, kind.by, "others")

    def all(self) -> list[Complaint]:
        return list(self._list)

    def clear(self) -> None:
        """Forgets the complaints; the counts stay."""
        self._list.clear()
        self.count = 0


def routes(complaints: Complaints, settings: Mapping[str, Any]) -> list[Route]:
    """``/sandbox/complaints``: GET lists them, DELETE forgets them. ``settings`` are shown beside them."""

    async def listing(request: Request) -> Response:
        found = [asdict(complaint) for complaint in complaints.all()]
        return JSONResponse({"count": complaints.count, "complaints": found, "settings": settings})

    async def clearing(request: Request) -> Response:
        complaints.clear()
        return Response(status_code=204)

    path = "/sandbox/complaints"
    return [Route(path, listing, methods=["GET"]), Route(path, clearing, methods=["DELETE"])]
