"""The sandbox's own addresses beside Twilio's: what happened in which call, and who answers the phone."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.twilio.records import Call
from sandbox.twilio.switch import Switch


def routes(switch: Switch) -> list[Route]:
    """``/sandbox/calls``, ``/sandbox/calls/{sid}/events``, ``/sandbox/phone-book`` (GET, PUT replaces, PATCH adds)."""

    async def calls(request: Request) -> Response:
        return JSONResponse({"calls": [_summary(call) for call in switch.calls.values()]})

    async def events(request: Request) -> Response:
        call = switch.calls.get(request.path_params["sid"])
        if call is None:
            return JSONResponse({"error": "no such call"}, 404)
        return JSONResponse(_summary(call) | {"events": [_line(event) for event in call.events]})

    async def phone_book(request: Request) -> Response:
        if request.method != "GET":
            change = switch.book.replace if request.method == "PUT" else switch.book.add
            try:
                change(await request.json())
            except (ValueError, TypeError, AttributeError) as error:
                return JSONResponse({"error": f"not a phone book: {error}"}, 400)
        return JSONResponse(switch.book.as_json())

    return [
        Route("/sandbox/calls", calls),
        Route("/sandbox/calls/{sid}/events", events),
        Route("/sandbox/phone-book", phone_book, methods=["GET", "PUT", "PATCH"]),
    ]


def _summary(call: Call) -> dict[str, Any]:
    parent = call.parent.sid if call.parent else None
    who = {"sid": call.sid, "parent": parent, "from": call.from_, "to": call.to, "direction": call.direction}
    return who | {"status": call.status, "seconds": call.leg.milliseconds / 1000}


def _line(event: Any) -> dict[str, Any]:
    return {"at_ms": event.at_ms, "kind": event.kind, **event.data}
