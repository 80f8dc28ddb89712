"""``WS /v1/realtime``: the handshake, and the socket of a session."""

import asyncio
import json
import typing
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from openai.types.realtime import RealtimeSessionCreateRequest
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.config import Config
from sandbox.conformance.examiner import examined
from sandbox.conformance.exchange import parsed
from sandbox.openai.access import bearer, error_response, invalid_key, refusal
from sandbox.openai.agent.turn import ModelTurn, Reply
from sandbox.openai.realtime.client_secrets import PREFIX, ClientSecret, ClientSecrets, begun, new_settings
from sandbox.openai.realtime.configuration import Settings
from sandbox.openai.realtime.errors import RealtimeError, new_id
from sandbox.openai.realtime.session import SOURCE, Session
from sandbox.services import Services

TICK_SECONDS = 0.05
# What a browser offers besides its key, and closes the socket without.
SUBPROTOCOL = "realtime"
BETA_SUBPROTOCOL = "openai-beta.realtime-v1"


def _known_models() -> frozenset[str]:
    """The SDK's model names, without the previews that went away with the beta."""
    field = RealtimeSessionCreateRequest.model_fields["model"].annotation
    names = [name for arm in typing.get_args(field) for name in typing.get_args(arm)]
    return frozenset(name for name in names if "preview" not in name)


MODELS = _known_models()


@dataclass
class _Closing(Exception):
    """The server ends the session."""

    code: int
    reason: str = ""


class _Gone(Exception):
    """The client ended the session."""


def routes(services: Services, model: Callable[[ModelTurn], Reply]) -> list[BaseRoute]:
    secrets = ClientSecrets(services.config)

    async def realtime(socket: WebSocket) -> None:
        secret = secrets.of(socket)
        if await _refused(services, socket, secret):
            return
        await socket.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in _offered(socket) else None)
        error = _handshake_error(socket, secret)
        problems = [error.message] if error else []
        services.complaints.check(SOURCE, message="handshake", by="client", problems=problems)
        if error is not None:
            await socket.send_text(json.dumps(error.event() | {"event_id": new_id("event")}))
            await socket.close(4000, f"{error.kind}.{error.code}")
            return
        await _SessionSocket(services, socket, model).run(_first_settings(socket, secret, services.config))

    creating = Route("/v1/realtime/client_secrets", secrets.create, methods=["POST"])
    return [WebSocketRoute("/v1/realtime", realtime), *examined([creating], services.complaints)]


async def _refused(services: Services, socket: WebSocket, secret: ClientSecret | None) -> bool:
    """Refuses the upgrade with an HTTP answer: no key, a wrong or expired one, or a fault."""
    answer = None if secret else refusal(socket, services.config)
    if secret is None and bearer(socket).startswith(PREFIX):
        answer = invalid_key()
    model = socket.query_params.get("model", "")
    if slow := services.faults.take("realtime.slow_connect", model=model):
        await asyncio.sleep(slow.number("seconds"))
    if answer is None and (fault := services.faults.take("realtime.refuse", model=model)):
        status = fault.whole("status")
        answer = invalid_key() if status == 401 else error_response(status, "The server refused the connection.")
    if answer is None:
        return False
    await socket.send_denial_response(answer)
    return True


def _handshake_error(socket: WebSocket, secret: ClientSecret | None) -> RealtimeError | None:
    """What the service answers after the upgrade, before it closes with 4000."""
    if "realtime=v1" in socket.headers.get("openai-beta", "") or BETA_SUBPROTOCOL in _offered(socket):
        message = "The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API."
        return RealtimeError(message, "beta_api_shape_disabled")
    if secret is not None:
        return None
    name = socket.query_params.get("model")
    if _only_listens(socket):
        message = "You must not provide a model parameter for transcription sessions."
        return RealtimeError(message, "invalid_model") if name else None
    if not name:
        return RealtimeError("You must provide a model parameter.", "missing_model", "model")
    if name not in MODELS:
        message = f"The model `{name}` does not exist or you do not have access to it."
        return RealtimeError(message, "model_not_found", "model")
    return None


def _offered(socket: WebSocket) -> list[str]:
    return list(socket.scope.get("subprotocols") or ())


def _only_listens(socket: WebSocket) -> bool:
    return socket.query_params.get("intent") == "transcription"


def _first_settings(socket: WebSocket, secret: ClientSecret | None, config: Config) -> Settings:
    """What a session begins with: what its client secret says, else a conversation or a transcription."""
    if secret is not None:
        return begun(secret.session, config)
    kind = "transcription" if _only_listens(socket) else "realtime"
    return new_settings(socket.query_params.get("model", ""), kind, config)


def _text_of(frame: Mapping[str, Any]) -> str:
    """The text of a frame. Raises ValueError for a binary one, after which the session goes on."""
    if (text := frame.get("text")) is None:
        raise ValueError("a binary frame")
    return str(text)


class _SessionSocket:
    """Reads, writes and runs the clock of one session."""

    def __init__(self, services: Services, socket: WebSocket, model: Callable[[ModelTurn], Reply]) -> None:
        self._services, self._socket, self._model = services, socket, model
        self._outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._thawed = asyncio.Event()
        self._thawed.set()

    async def run(self, settings: Settings) -> None:
        """A session that begins with these settings, to its end."""
        closing: _Closing | None = None
        try:
            async with asyncio.TaskGroup() as tasks:
                session = Session(
                    self._services,
                    settings=settings,
                    model=self._model,
                    tasks=tasks,
                    send=self._outbox.put_nowait,
                )
                session.greet()
                tasks.create_task(self._write())
                tasks.create_task(self._keep_time(session))
                await self._read(session)
        except* _Gone:
            pass
        except* _Closing as group:
            closing = next(error for error in group.exceptions if isinstance(error, _Closing))
        if closing is not None:
            await self._close(closing)

    async def _read(self, session: Session) -> None:
        while True:
            try:
                frame = await self._socket.receive()
            except RuntimeError as error:
                raise _Gone from error
            if frame["type"] == "websocket.disconnect":
                raise _Gone
            try:
                event = parsed(_text_of(frame))
            except ValueError as error:
                session.complain("frame", [str(error) if frame.get("text") is None else "not JSON"])
                session.emit(RealtimeError("We could not parse the JSON of your event.", "invalid_json").event())
                continue
            if self._thawed.is_set():
                self._take(session, event)

    def _take(self, session: Session, event: Any) -> None:
        try:
            session.receive(event)
        except RealtimeError as error:
            raise _Closing(4000, f"{error.kind}.{error.code}") from error

    async def _write(self) -> None:
        while True:
            event = await self._outbox.get()
            await self._thawed.wait()
            await self._send(event)

    async def _send(self, event: dict[str, Any]) -> None:
        try:
            await self._socket.send_text(json.dumps(event))
        except (WebSocketDisconnect, RuntimeError) as error:
            raise _Gone from error

    async def _keep_time(self, session: Session) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            session.tick()
            if fault := session.fault("realtime.drop", again=True):
                raise _Closing(fault.whole("code"), "dropped on request")
            if session.fault("realtime.freeze", again=True):
                self._thawed.clear()
            too_old = session.elapsed > self._services.config.realtime_session_seconds
            if too_old or session.fault("realtime.expire", again=True):
                message = "Your session hit the maximum duration of 60 minutes."
                session.emit(RealtimeError(message, "session_expired").event())
                raise _Closing(1001, "session_expired")

    async def _close(self, closing: _Closing) -> None:
        with suppress(_Gone, RuntimeError):
            while not self._outbox.empty():
                await self._send(self._outbox.get_nowait())
            await self._socket.close(closing.code, closing.reason)
