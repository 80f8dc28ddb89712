"""The sandbox with a stopwatch in it: when each request to the model and the voice came, and each piece of its answer.

`uvicorn --factory tests.bench_conversation.vendors:application`; the sandbox's settings are variables (`SANDBOX_…`).
It keeps no sound: a vendor renders each request anew.
"""

import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.app import create_app
from sandbox.config import Config
from sandbox.services import Services
from sandbox.speech import Speech

LOG = "/bench/log"
TIMED = {"/v1/chat/completions": "model", "/v1/speech": "voice"}


@dataclass
class Timed:
    """One request: `at` in seconds of the epoch, `came` the pieces of the answer, each with its ms since then."""

    at: float
    vendor: str
    credentials: str
    asked: str = ""
    came: list[tuple[float, str]] = field(default_factory=list)


class Stopwatch:
    """ASGI middleware; changes nothing."""

    def __init__(self, app: ASGIApp, requests: list[Timed]) -> None:
        self._app, self._requests = app, requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in TIMED:
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        timed = Timed(time.time(), TIMED[scope["path"]], dict(scope["headers"]).get(b"authorization", b"").decode())
        self._requests.append(timed)

        async def hearing() -> Message:
            message = await receive()
            timed.asked += message.get("body", b"").decode(errors="replace")
            return message

        async def saying(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.body":
                text = message.get("body", b"").decode(errors="replace") if timed.vendor == "model" else ""
                timed.came.append(((time.perf_counter() - began) * 1000, text))

        await self._app(scope, hearing, saying)


def application() -> Starlette:
    """The sandbox, and one more address that tells what was timed and what happened on each call."""
    requests: list[Timed] = []
    config, speech = Config.from_command_line([]), Speech(cached_seconds=0)
    sandbox = create_app(config, services=Services(config, speech=speech))

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await speech.start()
        try:
            async with sandbox.router.lifespan_context(sandbox):
                yield
        finally:
            await speech.stop()

    async def log(request: Request) -> Response:
        calls = [_told(call) for call in sandbox.state.switch.calls.values()]
        return JSONResponse({"requests": [asdict(each) for each in requests], "calls": calls})

    stopwatch = Middleware(Stopwatch, requests=requests)
    return Starlette(routes=[Route(LOG, log), Mount("/", sandbox)], middleware=[stopwatch], lifespan=lifespan)


def _told(call: Any) -> dict[str, Any]:
    events = [{"at_ms": event.at_ms, "kind": event.kind, **event.data} for event in call.events]
    return {"sid": call.sid, "to": call.to, "began": call.events.began, "events": events}
