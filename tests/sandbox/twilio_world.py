"""The sandbox's Twilio on a real port, an app of the test's own beside it, and Twilio's own SDK as the client."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from sandbox.app import create_app
from sandbox.audio import Pcm
from sandbox.config import Config
from sandbox.services import Services
from sandbox.speech import Recognition, Speech
from tests.sandbox.watch import watched

OURS, LEAD, STAFF = "+15125550100", "+15125550101", "+15125550190"
PATIENCE = 40.0
# The lines' clocks of most tests: a second of sound in a third of a second.
QUICK = 3.0


class Rebased(TwilioHttpClient):
    """Twilio's client, sent to another address: the documented extension point."""

    def __init__(self, base: str, *, timeout: float = 10.0) -> None:
        super().__init__(timeout=timeout)
        self._base = urlsplit(base)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        parts = urlsplit(url)
        there = urlunsplit((self._base.scheme, self._base.netloc, parts.path, parts.query, ""))
        return super().request(method, there, *args, **kwargs)


class SlowEar(Speech):
    """Understands as well as another, and later."""

    def __init__(self, other: Speech, seconds: float) -> None:
        self._other, self._seconds, self.ready = other, seconds, True

    async def speak(self, text: str, *, voice: str, speed: float = 1.0) -> Pcm:
        return await self._other.speak(text, voice=voice, speed=speed)

    async def recognize(self, pcm: Pcm, *, rate: int = 8000, hints: Sequence[str] = ()) -> Recognition:
        await asyncio.sleep(self._seconds)
        return await self._other.recognize(pcm, rate=rate, hints=hints)


class Delayed(Response):
    """TwiML that comes late."""

    def __init__(self, twiml: str, seconds: float) -> None:
        super().__init__(twiml, media_type="text/xml")
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(self._seconds)
        await super().__call__(scope, receive, send)


@dataclass(frozen=True)
class Hook:
    """One request the app got. ``signed`` is what Twilio's own validator says of it."""

    path: str
    form: dict[str, str]
    method: str
    signed: bool
    headers: dict[str, str]
    query: str = ""
    at: float = field(default_factory=time.monotonic)


type Answer = str | Response | Callable[[dict[str, str]], str | Response]


@dataclass
class App:
    """The customer's app: TwiML by path, a list of what it was asked, sockets handled by a coroutine."""

    token: str
    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    socket_handler: Callable[[WebSocket], Any] | None = None
    hooks: list[Hook] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    @property
    def ws_url(self) -> str:
        return self.url.replace("http://", "ws://")

    def routes(self) -> list[BaseRoute]:
        return [
            WebSocketRoute("/{path:path}", self._socket),
            Route("/{path:path}", self._hook, methods=["GET", "POST"]),
        ]

    async def _hook(self, request: Request) -> Response:
        body = (await request.body()).decode()
        pairs = parse_qsl(body if request.method == "POST" else request.url.query, keep_blank_values=True)
        form = dict(pairs)
        url = self.url + request.url.path + (f"?{request.url.query}" if request.url.query else "")
        signature = request.headers.get("x-twilio-signature", "")
        params = form if request.method == "POST" else {}
        signed = RequestValidator(self.token).validate(url, params, signature)
        hook = Hook(request.url.path, form, request.method, signed, dict(request.headers), request.url.query)
        with self._news:
            self.hooks.append(hook)
            self._news.notify_all()
        answer = self.answers.get(hook.path, "")
        if callable(answer) and not isinstance(answer, Response):
            answer = answer(form)
        return answer if isinstance(answer, Response) else Response(answer, media_type="text/xml")

    async def _socket(self, socket: WebSocket) -> None:
        assert self.socket_handler is not None
        await self.socket_handler(socket)

    def told(self, path: str) -> list[dict[str, str]]:
        return [hook.form for hook in self.hooks if hook.path == path]

    def wait_for(self, path: str, *, count: int = 1, timeout: float = PATIENCE, **form: str) -> Hook:
        """The ``count``-th request to ``path`` with these fields, as soon as it is there."""

        def found() -> list[Hook]:
            fits = [hook for hook in self.hooks if hook.path == path and form.items() <= hook.form.items()]
            return fits[count - 1 :]

        with self._news:
            assert self._news.wait_for(found, timeout), f"no {path} {form}: {self.hooks}"
            return found()[0]


@dataclass
class World:
    """What a test of Twilio's side has at hand."""

    url: str
    config: Config
    services: Services
    client: Client
    app: App

    def answered_by(self, **book: Any) -> None:
        self.put_book({LEAD: book})

    def put_book(self, book: dict[str, Any]) -> None:
        httpx.put(f"{self.url}/sandbox/phone-book", json=book, trust_env=False).raise_for_status()

    def place(self, twiml: str = "", *, to: str = LEAD, **kwargs: Any) -> Any:
        """Call; with ``twiml`` the app serves it at /voice, and reports go to /status."""
        if twiml:
            self.app.answers["/voice"] = f"<Response>{twiml}</Response>"
        defaults = {
            "url": f"{self.app.url}/voice",
            "status_callback": f"{self.app.url}/status",
            "status_callback_event": ["initiated", "ringing", "answered", "completed"],
        }
        return self.client.calls.create(to=to, from_=OURS, **(defaults | kwargs))

    def finished(self, call: Any, *, timeout: float = PATIENCE) -> Any:
        """The call once Twilio told the end of it."""
        ended = ("completed", "busy", "no-answer", "failed", "canceled")
        until = time.monotonic() + timeout
        while (now := call.fetch()).status not in ended:
            assert time.monotonic() < until, f"still {now.status}: {self.events(call.sid)}"
            time.sleep(0.05)
        return now

    def events(self, sid: str, kind: str = "") -> list[dict[str, Any]]:
        reply = httpx.get(f"{self.url}/sandbox/calls/{sid}/events", trust_env=False).json()
        return [event for event in reply["events"] if kind in ("", event["kind"])]

    def wait_event(self, sid: str, kind: str, *, timeout: float = PATIENCE, **data: Any) -> dict[str, Any]:
        until = time.monotonic() + timeout
        while True:
            found = [event for event in self.events(sid, kind) if data.items() <= event.items()]
            if found:
                return found[0]
            assert time.monotonic() < until, f"no {kind} {data} in {self.events(sid)}"
            time.sleep(0.05)

    def complaints(self) -> list[dict[str, Any]]:
        return list(httpx.get(f"{self.url}/sandbox/complaints", trust_env=False).json()["complaints"])


@contextmanager
def running(app: Starlette, listener: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < until, "the server did not start in time"
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=15)
        listener.close()


@contextmanager
def twilio_world(speech: Speech, recordings: str, **settings: Any) -> Iterator[World]:
    """Both servers up, each with an event loop of its own."""
    here, there = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
    ports = [listener.getsockname()[1] for listener in (here, there)]
    config = Config(port=ports[0], recordings=recordings, **({"ring_seconds": 0.2} | settings))
    services = watched(Services(config, speech=speech))
    app = App(config.auth_token, f"http://127.0.0.1:{ports[1]}")
    client = Client(config.account_sid, config.auth_token, http_client=Rebased(config.base_url))
    with running(Starlette(routes=app.routes()), there), running(create_app(config, services=services), here):
        yield World(config.base_url, config, services, client, app)
