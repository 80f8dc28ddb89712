"""``/sandbox/faults``: lists, adds, replaces and clears faults while the sandbox runs."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.faults.catalog import KINDS
from sandbox.faults.pending import Fault, Faults
from sandbox.faults.scenario import Scenario


def routes(faults: Faults) -> list[Route]:
    """GET lists what waits, what struck and what there is; POST adds one fault or an array of them; PUT takes a whole
    scenario; DELETE clears.
    """

    async def listing(request: Request) -> Response:
        catalog = [kind.as_dict() for kind in KINDS.values()]
        return JSONResponse(_state(faults) | {"catalog": catalog, "catalogue": catalog})  # and its former spelling

    async def adding(request: Request) -> Response:
        try:
            added = _add_all(faults, await request.json())
        except (ValueError, TypeError) as error:
            return _refused(error)
        return JSONResponse({"faults": [fault.as_dict() for fault in added]}, 201)

    async def replacing(request: Request) -> Response:
        try:
            Scenario.read_from(await request.json()).set_up(faults)
        except ValueError as error:
            return _refused(error)
        return JSONResponse(_state(faults))

    async def clearing(request: Request) -> Response:
        faults.clear()
        return Response(status_code=204)

    path = "/sandbox/faults"
    return [
        Route(path, listing, methods=["GET"]),
        Route(path, adding, methods=["POST"]),
        Route(path, replacing, methods=["PUT"]),
        Route(path, clearing, methods=["DELETE"]),
    ]


def _state(faults: Faults) -> dict[str, Any]:
    waiting = [fault.as_dict() for fault in faults.pending()]
    return {"seed": faults.seed, "faults": waiting, "struck": dict(faults.struck)}


def _refused(error: Exception) -> Response:
    return JSONResponse({"error": f"not a fault: {error}", "faults": list(KINDS)}, 400)


def _add_all(faults: Faults, body: Any) -> list[Fault]:
    """Adds all of them, or none when one is invalid."""
    wanted = [
        {str(key): value for key, value in dict(one).items()} for one in (body if isinstance(body, list) else [body])
    ]
    for one in wanted:
        Faults().add(**one)
    return [faults.add(**one) for one in wanted]
