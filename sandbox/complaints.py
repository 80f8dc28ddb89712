"""Conformance complaints: each message, of either side, that the real vendor would not have sent or accepted.

A test run ends by asserting that ``GET /sandbox/complaints`` is empty. What a message carried is left out on
purpose where it may hold speech; the complaint names the message's type and the field.
"""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


@dataclass(frozen=True)
class Complaint:
    """``source`` is where it was met ("openai.realtime", "twilio.rest" …); ``by`` is "client" or "sandbox"."""

    source: str
    by: str
    message: str
    problem: str
    at: str


class Complaints:
    """The list, oldest first; past ``limit`` the later ones are only counted."""

    def __init__(self, *, limit: int = 1000) -> None:
        self._list: list[Complaint] = []
        self._limit = limit
        self.count = 0

    def add(self, source: str, *, message: str, problem: str, by: str = "client") -> None:
        """Note that ``by`` sent a ``message`` (its type or verb) with this ``problem``."""
        self.count += 1
        if len(self._list) < self._limit:
            self._list.append(Complaint(source, by, message, problem, datetime.now(UTC).isoformat()))

    def all(self) -> list[Complaint]:
        return list(self._list)

    def clear(self) -> None:
        self._list.clear()
        self.count = 0


def routes(complaints: Complaints) -> list[Route]:
    """``/sandbox/complaints``: GET lists them, DELETE forgets them."""

    async def listing(request: Request) -> Response:
        found = [asdict(complaint) for complaint in complaints.all()]
        return JSONResponse({"count": complaints.count, "complaints": found})

    async def clearing(request: Request) -> Response:
        complaints.clear()
        return Response(status_code=204)

    path = "/sandbox/complaints"
    return [Route(path, listing, methods=["GET"]), Route(path, clearing, methods=["DELETE"])]
