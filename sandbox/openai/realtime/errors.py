"""Errors of a Realtime session; after nearly all of them the session stays open."""

import secrets
from dataclasses import dataclass
from typing import Any

from sandbox.conformance.sdk_types import Problem


@dataclass
class RealtimeError(Exception):
    """An ``error`` event: ``code`` and ``param`` as the service gives them (None where it gives none).

    After a ``fatal`` one the service closes the socket.
    """

    message: str
    code: str | None = None
    param: str | None = None
    kind: str = "invalid_request_error"
    fatal: bool = False

    @classmethod
    def from_problem(cls, problem: Problem) -> "RealtimeError":
        return cls(problem.message, problem.code, problem.param or None)

    def event(self, client_event_id: str | None = None) -> dict[str, Any]:
        error = {"type": self.kind, "code": self.code, "message": self.message, "param": self.param}
        return {"type": "error", "error": error | {"event_id": client_event_id}}


def new_id(prefix: str) -> str:
    """An id that looks like the service's: ``item_`` and 21 letters and digits."""
    return f"{prefix}_{secrets.token_hex(11)[:21]}"
