"""Middleware that reads each request and response of a route and has them checked; it changes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.complaints import Complaints
from sandbox.conformance import openai_http, polly_http, twilio_rest
from sandbox.conformance.exchange import Answer, Judge, Question

# Longer bodies are sound or images; they are judged by their headers.
_LONGEST = 2 * 1024 * 1024

JUDGES: Mapping[tuple[str, str], Judge] = {**twilio_rest.JUDGES, **openai_http.JUDGES, **polly_http.JUDGES}


@dataclass
class _Body:
    """The part of a body that is kept as it passes."""

    data: bytearray = field(default_factory=bytearray)

    def take(self, message: Message) -> None:
        if len(self.data) < _LONGEST:
            self.data += message.get("body", b"")


class Examiner:
    """ASGI middleware around one route's own application."""

    def __init__(self, app: ASGIApp, judges: Mapping[str, Judge], complaints: Complaints) -> None:
        self._app, self._judges, self._complaints = app, judges, complaints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked, answered = _Body(), _Body()
        start: dict[str, Any] = {}

        async def hearing() -> Message:
            message = await receive()
            asked.take(message)
            return message

        async def saying(message: Message) -> None:
            start.update(message if message["type"] == "http.response.start" else {})
            answered.take(message)
            await send(message)

        await self._app(scope, hearing, saying)
        if start and (judge := self._judges.get(scope["method"])):
            question = Question(bytes(asked.data), scope["query_string"].decode(), Headers(scope=scope))
            answer = Answer(start["status"], Headers(raw=start["headers"]), bytes(answered.data))
            about = _call(scope, answer)
            for finding in judge(question, answer):
                self._complaints.check(**finding, about=about)


def _call(scope: Scope, answer: Answer) -> str:
    """The call that an operation of Twilio's is about: the one its URL names, or the one it created."""
    told = answer.json() if answer.status == 201 else None
    made = str(told.get("call_sid") or told.get("sid") or "") if isinstance(told, dict) else ""
    named = str(scope["path_params"].get("call", made))
    return named if named.startswith("CA") else ""


def examined(routes: Iterable[Route], complaints: Complaints) -> list[BaseRoute]:
    """The routes wrapped in an Examiner. Raises KeyError for a route without a check."""
    found: list[BaseRoute] = []
    for route in routes:
        judges = {method: JUDGES[method, route.path] for method in (route.methods or set()) - {"HEAD"}}
        route.app = Examiner(route.app, judges, complaints)
        found.append(route)
    return found
