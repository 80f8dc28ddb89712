"""``POST /v1/realtime/client_secrets``: an ephemeral key, and the session it opens."""

import secrets
from dataclasses import dataclass
from time import time
from typing import Any

from openai.types.realtime import ClientSecretCreateParams
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from sandbox.config import Config
from sandbox.conformance.exchange import parsed
from sandbox.conformance.sdk_types import Problem, misfits
from sandbox.openai.access import bearer, error_response, refusal
from sandbox.openai.realtime.configuration import Settings, default_session, default_transcription, updated
from sandbox.openai.realtime.errors import RealtimeError, new_id
from sandbox.openai.validation import client_problems

PREFIX = "ek_"
SECONDS, LEAST_SECONDS, MOST_SECONDS = 600, 10, 7200
DEFAULT_MODEL = "gpt-realtime"
_EXPIRY = "expires_after.seconds"


@dataclass(frozen=True)
class ClientSecret:
    """``session`` is what was asked for, as in ``session.update``; ``expires_at`` is in seconds since 1970."""

    value: str
    expires_at: int
    session: Settings


class ClientSecrets:
    """The secrets given out. Each opens any number of sessions until it expires."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._given: dict[str, ClientSecret] = {}

    def of(self, connection: HTTPConnection) -> ClientSecret | None:
        """The secret a client sent, unless it has expired."""
        secret = self._given.get(bearer(connection))
        return secret if secret is not None and secret.expires_at > time() else None

    async def create(self, request: Request) -> Response:
        """The endpoint: 200 with the secret and its session, or the vendor's 400 or 401."""
        if refused := refusal(request, self._config):
            return refused
        try:
            body = parsed(await request.body())
        except ValueError:
            return error_response(400, "We could not parse the JSON body of your request.")
        if problem := next(iter(_problems(body)), None):
            return _refused(problem.message, problem.code, problem.param)
        try:
            return JSONResponse(self._new(body))
        except RealtimeError as error:
            return _refused(error.message, error.code, error.param)

    def _new(self, body: dict[str, Any]) -> dict[str, Any]:
        session = body.get("session") or {"type": "realtime"}
        shown = begun(session, self._config)
        seconds = (body.get("expires_after") or {}).get("seconds", SECONDS)
        secret = ClientSecret(PREFIX + secrets.token_hex(16), int(time()) + seconds, session)
        self._given[secret.value] = secret
        return {"value": secret.value, "expires_at": secret.expires_at, "session": shown}


def begun(session: Settings, config: Config) -> Settings:
    """A new session of that configuration. Raises RealtimeError for an invalid one."""
    return updated(
        new_settings(session.get("model") or DEFAULT_MODEL, session["type"], config), session, has_spoken=False
    )


def new_settings(model: str, kind: str, config: Config) -> Settings:
    """The initial settings of a session of that kind; a transcription session has no model of its own."""
    about: dict[str, Any] = {
        "session_id": new_id("sess"),
        "expires_at": int(time() + config.realtime_session_seconds),
        "silence_ms": config.endpointing_ms,
    }
    return default_transcription(**about) if kind == "transcription" else default_session(model=model, **about)


def _problems(body: Any) -> list[Problem]:
    found = list(misfits(ClientSecretCreateParams, body))
    if not found and body.get("session") is not None:
        found = client_problems({"type": "session.update", "session": body["session"]})
    seconds = (body.get("expires_after") or {}).get("seconds", SECONDS) if not found else SECONDS
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        where = "below_min" if seconds < LEAST_SECONDS else "above_max"
        message = f"Invalid '{_EXPIRY}': expected {LEAST_SECONDS} to {MOST_SECONDS}, but got {seconds} instead."
        found.append(Problem(f"integer_{where}_value", message, _EXPIRY))
    return found


def _refused(message: str, code: str | None, param: str | None) -> Response:
    return error_response(400, message, code=code, param=param)
