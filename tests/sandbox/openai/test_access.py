"""Who may use OpenAI's endpoints."""

import json

from starlette.requests import HTTPConnection

from sandbox.config import Config
from sandbox.openai.access import bearer, refusal


def connection(header: str) -> HTTPConnection:
    headers = [(b"authorization", header.encode())] if header else []
    return HTTPConnection({"type": "http", "headers": headers})


def test_a_wrong_or_missing_key_is_refused_with_401():
    config = Config(openai_key="sk-sandbox")
    for header in ("", "Bearer sk-other", "Basic sk-sandbox"):
        refused = refusal(connection(header), config)
        assert refused is not None
        assert refused.status_code == 401
        assert json.loads(bytes(refused.body))["error"]["type"] == "invalid_request_error"


def test_the_right_key_passes_and_any_key_when_none_is_demanded():
    assert refusal(connection("Bearer sk-sandbox"), Config(openai_key="sk-sandbox")) is None
    assert refusal(connection("bearer anything"), Config()) is None
    assert bearer(connection("bearer anything")) == "anything"
