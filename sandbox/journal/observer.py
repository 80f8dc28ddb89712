"""ASGI middleware that records the traffic between apps and the vendors' endpoints; it changes nothing."""

import time
from collections import deque
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.journal.exchanges import Exchange, gist
from sandbox.journal.sessions import SessionLog

_VENDORS = ("/v1/", "/2010-04-01/")
_REALTIME = "/v1/realtime"
_LONGEST_BODY = 256 * 1024


@dataclass(frozen=True)
class TrafficLog:
    """The recorded traffic, oldest first; older entries are dropped."""

    exchanges: deque[Exchange] = field(default_factory=lambda: deque(maxlen=4000))
    sessions: deque[SessionLog] = field(default_factory=lambda: deque(maxlen=150))


class TrafficObserver:
    """ASGI middleware that fills a TrafficLog."""

    def __init__(self, app: ASGIApp, traffic: TrafficLog) -> None:
        self._app, self._traffic = app, traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(_VENDORS):
            await self._exchange(scope, receive, send)
        elif scope["type"] == "websocket" and scope["path"] == _REALTIME:
            await self._session(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _exchange(self, scope: Scope, receive: Receive, send: Send) -> None:
        at, status, asked, answered = time.time(), 0, bytearray(), bytearray()

        async def hearing() -> Message:
            message = await receive()
            _collect(asked, message)
            return message

        async def saying(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            _collect(answered, message)
            await send(message)

        try:
            await self._app(scope, hearing, saying)
        finally:
            data = gist(scope["path"], bytes(asked), bytes(answered))
            ms = round((time.time() - at) * 1000)
            self._traffic.exchanges.append(Exchange(at, scope["method"], scope["path"], status, ms, data))

    async def _session(self, scope: Scope, receive: Receive, send: Send) -> None:
        log = _new_log(scope)
        self._traffic.sessions.append(log)

        async def hearing() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                log.message("in", message.get("text"))
            elif message["type"] == "websocket.disconnect":
                log.close(message.get("code"), by="app", reason=message.get("reason") or "")
            return message

        async def saying(message: Message) -> None:
            _note_answer(log, message)
            await send(message)

        try:
            await self._app(scope, hearing, saying)
        finally:
            log.close(None, by="lost")


def _new_log(scope: Scope) -> SessionLog:
    query = dict(part.partition("=")[::2] for part in scope["query_string"].decode().split("&"))
    return SessionLog(query.get("model") or query.get("intent", ""), Headers(scope=scope).get("user-agent", ""))


def _note_answer(log: SessionLog, message: Message) -> None:
    match message["type"]:
        case "websocket.send":
            log.message("out", message.get("text"))
        case "websocket.http.response.start":
            log.refused(message["status"])
        case "websocket.close":
            log.close(message.get("code"), by="sandbox", reason=message.get("reason") or "")


def _collect(body: bytearray, message: Message) -> None:
    piece = message.get("body", b"")
    if len(body) < _LONGEST_BODY:
        body += piece
