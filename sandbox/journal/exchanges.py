"""One HTTP request of an app to a vendor's URL, and the parts of it worth keeping."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

_LONGEST_TEXT = 1000


@dataclass(frozen=True)
class Exchange:
    """``at`` in epoch seconds, ``ms`` until the last byte of the answer."""

    at: float
    method: str
    path: str
    status: int
    ms: int
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def vendor(self) -> str:
        """ "twilio", "openai" or "polly"."""
        if self.path.startswith("/2010-04-01/"):
            return "twilio"
        return "polly" if self.path.startswith(("/v1/speech", "/v1/voices")) else "openai"


def gist(path: str, request: bytes, response: bytes) -> dict[str, Any]:
    """The words and names in a request and its response, cut to a length that can be kept."""
    if path.startswith("/2010-04-01/"):
        return _rest(request, response)
    if path.startswith("/v1/speech"):
        return _fields(_json(request), "Text", "VoiceId", "Engine", "OutputFormat") | {"bytes": len(response)}
    if path == "/v1/chat/completions":
        return _chat(_json(request), response)
    return {"sent_bytes": len(request)} | _fields(_json(response), "text") | _error(_json(response))


def _rest(request: bytes, response: bytes) -> dict[str, Any]:
    form = dict(parse_qsl(request.decode(errors="replace"), keep_blank_values=True))
    found = {"form": {name: value[:_LONGEST_TEXT] for name, value in form.items()}} if form else {}
    return found | _fields(_json(response), "sid", "status", "code", "message")


def _chat(body: Mapping[str, Any], response: bytes) -> dict[str, Any]:
    said = [message for message in body.get("messages", []) if isinstance(message, dict)]
    heard = next((message.get("content") for message in reversed(said) if message.get("role") == "user"), "")
    asked = {"model": body.get("model", ""), "messages": len(said), "heard": _words(heard)}
    return asked | (_streamed(response) if response.startswith(b"data:") else _whole(_json(response)))


def _whole(body: Mapping[str, Any]) -> dict[str, Any]:
    choices = body.get("choices") or [{}]
    return _message(choices[0].get("message") or {}) | _error(body)


def _streamed(response: bytes) -> dict[str, Any]:
    """The deltas of server-sent events put together again."""
    text, tools = "", list[str]()
    error: dict[str, Any] = {}
    for line in response.decode(errors="replace").splitlines():
        chunk = _json(line.removeprefix("data: ").encode())
        error |= _error(chunk)
        for choice in chunk.get("choices") or []:
            delta = choice.get("delta") or {}
            text += delta.get("content") or ""
            tools += _names(delta)
    return {"answer": text[:_LONGEST_TEXT], "tools": tools} | error


def _message(message: Mapping[str, Any]) -> dict[str, Any]:
    return {"answer": _words(message.get("content")), "tools": _names(message)}


def _names(message: Mapping[str, Any]) -> list[str]:
    calls = message.get("tool_calls") or []
    return [name for call in calls if (name := (call.get("function") or {}).get("name"))]


def _words(content: Any) -> str:
    if isinstance(content, list):
        content = " ".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content or "")[:_LONGEST_TEXT]


def _error(body: Mapping[str, Any]) -> dict[str, Any]:
    error = body.get("error")
    return {"error": _fields(error, "code", "message")} if isinstance(error, dict) else {}


def _fields(body: Mapping[str, Any], *names: str) -> dict[str, Any]:
    values = {name: body[name] for name in names if name in body}
    return {name: value[:_LONGEST_TEXT] if isinstance(value, str) else value for name, value in values.items()}


def _json(data: bytes) -> dict[str, Any]:
    try:
        body = json.loads(data)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
