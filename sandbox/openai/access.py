"""Checks the API key of a request to OpenAI's endpoints, and formats its HTTP errors."""

from hmac import compare_digest

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response

from sandbox.config import Config

KEY_PROTOCOL = "openai-insecure-api-key."
"""Before the key among a browser's WebSocket subprotocols, as OpenAI's own library writes them."""


def error_response(
    status: int,
    message: str,
    *,
    kind: str = "invalid_request_error",
    code: str | None = None,
    param: str | None = None,
) -> Response:
    """OpenAI's error body."""
    error = {"message": message, "type": kind, "param": param, "code": code}
    return JSONResponse({"error": error}, status_code=status)


def refusal(connection: HTTPConnection, config: Config) -> Response | None:
    """The 401 for a request without a bearer key or with a wrong one; None when it is accepted."""
    key = bearer(connection)
    if not key:
        return error_response(401, "You didn't provide an API key.")
    if config.openai_key and not compare_digest(key.encode(), config.openai_key.encode()):
        return invalid_key()
    return None


def bearer(connection: HTTPConnection) -> str:
    """The key the client sent, in a header or, as browsers must, in a WebSocket subprotocol; "" when it sent none."""
    scheme, _, key = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return key.strip()
    offered = connection.scope.get("subprotocols") or ()
    return next((name.removeprefix(KEY_PROTOCOL) for name in offered if name.startswith(KEY_PROTOCOL)), "")


def invalid_key() -> Response:
    return error_response(401, "Incorrect API key provided.", code="invalid_api_key")
