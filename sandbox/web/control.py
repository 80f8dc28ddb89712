"""The sandbox's own API: the calls with their logs, calls into the app, and the phone book."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.twilio.call import placing
from sandbox.twilio.call.resource import Call
from sandbox.twilio.line.leg import Clock
from sandbox.twilio.rest_errors import RestError
from sandbox.twilio.switch import Switch

_NO_CALL = 'not a call: give a JSON object of strings, {"from", "to", "url"} and fields of Calls.json'


def routes(switch: Switch) -> list[Route]:
    """``/sandbox/calls``, ``/sandbox/calls/{sid}/events``, ``/sandbox/calls/{sid}/truth`` (what the person really said
    and when: ``GroundTruth.as_json``), ``/sandbox/phone-book`` (GET, PUT replaces, PATCH adds).

    ``POST /sandbox/calls`` with ``{"from", "to", "url"}`` lets the person at ``from`` call the number ``to``, whose
    voice URL is ``url``; the fields of ``Calls.json`` may be added (``"StatusCallback"`` …).
    """

    settings = {"settings": switch.services.config.stand_ins()}

    async def calls(request: Request) -> Response:
        if request.method == "POST":
            wanted = await _call_request(request)
            return _refused(_NO_CALL) if wanted is None else await _call_in(switch, wanted)
        return JSONResponse({"calls": [_summary(call) for call in switch.calls.values()], **settings})

    async def events(request: Request) -> Response:
        call = switch.calls.get(request.path_params["sid"])
        if call is None:
            return JSONResponse({"error": "no such call"}, 404)
        return JSONResponse(_summary(call) | settings | {"events": [_line(event) for event in call.events]})

    async def truth(request: Request) -> Response:
        call = switch.calls.get(request.path_params["sid"])
        if call is None:
            return JSONResponse({"error": "no such call"}, 404)
        return JSONResponse(_summary(call) | settings | call.ground_truth.as_json())

    async def phone_book(request: Request) -> Response:
        if request.method != "GET":
            change = switch.book.replace if request.method == "PUT" else switch.book.add
            try:
                change(await request.json())
            except (ValueError, TypeError, AttributeError) as error:
                return _refused(f"not a phone book: {error}")
        return JSONResponse(switch.book.as_json())

    return [
        Route("/sandbox/calls", calls, methods=["GET", "POST"]),
        Route("/sandbox/calls/{sid}/events", events),
        Route("/sandbox/calls/{sid}/truth", truth),
        Route("/sandbox/phone-book", phone_book, methods=["GET", "PUT", "PATCH"]),
    ]


def _refused(problem: str) -> Response:
    return JSONResponse({"error": problem}, 400)


async def _call_request(request: Request) -> dict[str, str] | None:
    """The body of a POST to ``/sandbox/calls``, or None when it is invalid."""
    try:
        wanted = await request.json()
    except ValueError:
        return None
    texts = isinstance(wanted, dict) and all(isinstance(value, str) for value in wanted.values())
    return wanted if texts else None


async def _call_in(switch: Switch, wanted: dict[str, str]) -> Response:
    """Places an inbound call to the account's number."""
    config = switch.services.config
    more = {key: value for key, value in wanted.items() if key not in ("from", "to", "url")}
    form = {"To": [wanted.get("to", "")], "From": [wanted.get("from", "")], "Url": [wanted.get("url", "")]}
    form |= {key: value.split() for key, value in more.items()}
    try:
        to, from_ = placing.numbers(form, frozenset())
        options = placing.options(form)
    except RestError as error:
        return error.response()
    call = Call(config.account_sid, to, from_, options, "inbound", clock=Clock(pace=config.pace))
    switch.place(call)
    return JSONResponse(call.as_json(), 201)


def _summary(call: Call) -> dict[str, Any]:
    parent = call.parent.sid if call.parent else None
    who = {"sid": call.sid, "parent": parent, "from": call.from_, "to": call.to, "direction": call.direction}
    return who | {"status": call.status, "seconds": call.leg.milliseconds / 1000}


def _line(event: Any) -> dict[str, Any]:
    return {"at_ms": event.at_ms, "kind": event.kind, **event.data}
