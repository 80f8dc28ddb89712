"""The Starlette application: every vendor on one port, and the sandbox's own routes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import complaints, faults
from sandbox.config import Config
from sandbox.conformance import report
from sandbox.journal.observer import TrafficObserver
from sandbox.not_found import unknown, wrong_method
from sandbox.openai import models, realtime, speech, transcription
from sandbox.openai.chat import endpoint as chat
from sandbox.polly import endpoint as polly
from sandbox.services import Services
from sandbox.tls.certificates import AUTHORITY, Certificates
from sandbox.twilio.rest import account, calls, messages
from sandbox.twilio.switch import Switch
from sandbox.web import browser_phone, control, inspector, pages
from sandbox.web.guard import OwnPagesOnly


def create_app(config: Config, *, services: Services | None = None) -> Starlette:
    """Builds the sandbox. ``services`` may be given when its speech is already started and shared.

    Raises ScenarioError when the scenario asks for what there is not.

    ``app.state.services`` and ``app.state.switch`` are for tests that run it in their own process.
    """
    own = services is None
    shared = services or Services(config, faults=_faults(config), certificates=Certificates(config.hosts()))
    switch = Switch(shared)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        if own:
            await shared.speech.start()
        await switch.start()
        try:
            yield
        finally:
            await switch.close()
            if own:
                await shared.speech.stop()
            if folder := config.conformance:
                await asyncio.to_thread(report.save, report.rows_of(shared.complaints), Path(folder))

    observer = Middleware(TrafficObserver, traffic=shared.traffic)
    guard = Middleware(OwnPagesOnly, names=[config.host, urlsplit(config.base_url).hostname or ""])
    handlers = {404: unknown, 405: wrong_method}
    app = Starlette(
        routes=_routes(shared, switch), middleware=[guard, observer], exception_handlers=handlers, lifespan=lifespan
    )
    app.state.services, app.state.switch = shared, switch
    return app


def _faults(config: Config) -> faults.Faults:
    """The scenario's faults. Raises ScenarioError."""
    waiting = faults.Faults()
    if config.scenario:
        faults.load(Path(config.scenario)).set_up(waiting)
    return waiting


def _routes(services: Services, switch: Switch) -> list[BaseRoute]:
    async def health(request: Request) -> Response:
        ready = services.speech.ready
        live = sum(call.live for call in switch.calls.values())
        body = {"status": "ok" if ready else "starting", "speech": "ready" if ready else "loading", "live_calls": live}
        return JSONResponse(body | {"settings": services.config.stand_ins()}, 200 if ready else 503)

    async def authority(request: Request) -> Response:
        return Response(services.certificates.authority_pem, media_type="application/x-pem-file")

    return [
        Route("/sandbox/health", health),
        Route(f"/sandbox/{AUTHORITY}", authority),
        *control.routes(switch),
        *inspector.routes(switch),
        *browser_phone.routes(switch),
        *pages.routes(),
        *faults.routes(services.faults),
        *complaints.routes(services.complaints, services.config.stand_ins()),
        *report.routes(services),
        *account.routes(switch),
        *calls.routes(switch),
        *messages.routes(switch),
        *polly.routes(services),
        *chat.routes(services),
        *transcription.routes(services),
        *models.routes(services),
        *speech.routes(services),
        *realtime.routes(services),
    ]
