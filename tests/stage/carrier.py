"""The carrier's REST API, and the legs it has: placed, asked after, ended and redirected as Twilio does it."""

import asyncio
import itertools
from collections.abc import Callable
from email.utils import format_datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.stage.doors import Form
from tests.stage.placed import PlacedCall

ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


class Carrier[Leg: PlacedCall]:
    """All legs by sid. ``connect`` makes the leg of a REST request; None for a number nobody has."""

    def __init__(self, connect: Callable[[str, Form], Leg | None]) -> None:
        self.legs: dict[str, Leg] = {}
        self.api_down: set[str] = set()  # sids whose updates fail
        self._connect = connect
        self._serial = itertools.count(1)
        self._running: set[asyncio.Task[None]] = set()

    def routes(self) -> list[Route]:
        base = "/2010-04-01/Accounts/{account}/Calls"
        return [
            Route(f"{base}.json", self._create, methods=["POST"]),
            Route(f"{base}.json", self._list, methods=["GET"]),
            Route(f"{base}/{{sid}}/Recordings.json", self._recordings, methods=["GET"]),
            Route(f"{base}/{{sid}}.json", self._update, methods=["POST"]),
            Route(f"{base}/{{sid}}.json", self._fetch, methods=["GET"]),
        ]

    def next_sid(self) -> str:
        return f"CA{next(self._serial):032x}"

    async def _create(self, request: Request) -> Response:
        async with request.form() as form:
            fields = {name: str(value) for name, value in form.items()}
        leg = self._connect(self.next_sid(), fields)
        if leg is None:
            return _problem(400, 21211)
        self.legs[leg.sid] = leg
        task = asyncio.create_task(leg.run())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return JSONResponse(_as_json(leg), 201)

    async def _update(self, request: Request) -> Response:
        leg = self.legs.get(request.path_params["sid"])
        async with request.form() as form:
            fields = {name: str(value) for name, value in form.items()}
        if leg is None:
            return _problem(404, 20404)
        if leg.sid in self.api_down:
            return _problem(500, 20500)
        if leg.status in ENDED:
            return _problem(400, 21220)
        leg.order(fields)
        return JSONResponse(_as_json(leg))

    async def _fetch(self, request: Request) -> Response:
        leg = self.legs.get(request.path_params["sid"])
        return JSONResponse(_as_json(leg)) if leg else _problem(404, 20404)

    async def _list(self, request: Request) -> Response:
        to = request.query_params.get("To")
        found = [_as_json(leg) for leg in self.legs.values() if to in (None, leg.form["To"])][::-1]
        return JSONResponse({"calls": found[:50], "next_page_uri": None, "page": 0, "page_size": 50})

    async def _recordings(self, request: Request) -> Response:
        return JSONResponse({"recordings": [], "next_page_uri": None, "page": 0, "page_size": 50})


def _as_json(leg: PlacedCall) -> dict[str, Any]:
    return {
        "sid": leg.sid,
        "account_sid": leg.account,
        "to": leg.form["To"],
        "from": leg.form["From"],
        "status": leg.status,
        "direction": "outbound-api",
        "duration": None if leg.ended_at is None else str(leg.seconds),
        "date_created": format_datetime(leg.created_at),
        "date_updated": None,
        "start_time": None,
        "end_time": None,
    }


def _problem(status: int, code: int) -> Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return JSONResponse({"code": code, "message": "no", "more_info": more, "status": status}, status)
