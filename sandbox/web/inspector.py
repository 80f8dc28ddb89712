"""The inspector's API: the list of calls, a call's ladder, its log to download, and replays."""

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.journal import ladder
from sandbox.replay.player import Player
from sandbox.replay.schedule import read
from sandbox.twilio.call.resource import Call
from sandbox.twilio.switch import Switch
from sandbox.web.call_log import CallLogs
from sandbox.web.pages import news

_MOST_CALLS = 200


def routes(switch: Switch) -> list[BaseRoute]:
    """``/sandbox/calls.json``, ``/sandbox/calls/{sid}/ladder.json`` and ``/sandbox/calls/{sid}/log.json``.

    ``POST /sandbox/replay`` with ``{"log", "app"}`` plays a log against an app, for as long as the call lasted.
    """
    logs = CallLogs(switch.services, switch.calls, switch.recordings)

    async def calls(request: Request) -> Response:
        newest = list(reversed(switch.calls.values()))[:_MOST_CALLS]
        complaints = switch.services.complaints.count
        body = {"calls": [_overview(call) for call in newest], "total": len(switch.calls), "complaints": complaints}
        return news(body, request)

    async def rungs(request: Request) -> Response:
        call = switch.calls.get(request.path_params["sid"])
        if call is None:
            return JSONResponse({"error": "no such call"}, 404)
        log = logs.of(call)
        rows = [asdict(row) for row in ladder.rows(log.pop("events"))]
        return news(log | {"rows": rows}, request)

    async def log(request: Request) -> Response:
        call = switch.calls.get(request.path_params["sid"])
        if call is None:
            return JSONResponse({"error": "no such call"}, 404)
        headers = {"content-disposition": f'attachment; filename="{call.sid}.json"'}
        return JSONResponse(logs.of(call, with_sound=True), headers=headers)

    async def replay(request: Request) -> Response:
        try:
            body = await request.json()
            schedule = read(body["log"])
        except (ValueError, KeyError, TypeError) as error:
            return JSONResponse({"error": f"nothing to replay: {error}"}, 400)
        report = await Player(switch, schedule, app=str(body.get("app") or schedule.origin)).play()
        return JSONResponse(report.as_json())

    return [
        Route("/sandbox/replay", replay, methods=["POST"]),
        Route("/sandbox/calls.json", calls),
        Route("/sandbox/calls/{sid}/ladder.json", rungs),
        Route("/sandbox/calls/{sid}/log.json", log),
    ]


def _overview(call: Call) -> dict[str, Any]:
    """One line of the list, read from the call's log."""
    kinds = [event.kind for event in call.events]
    verbs = [str(event.data["name"]) for event in call.events if event.kind == "verb"]
    about: dict[str, Any] = {"sid": call.sid, "from": call.from_, "to": call.to, "direction": call.direction}
    about |= {"created": call.created.isoformat(timespec="seconds"), "seconds": round(call.leg.milliseconds / 1000)}
    problems = sum(kind in ("error", "fault") for kind in kinds)
    return about | {"verbs": list(dict.fromkeys(verbs)), "problems": problems, "status": call.status, "live": call.live}
