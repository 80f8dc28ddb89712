"""Errors of the REST API, with Twilio's codes, wording and body."""

from typing import Any

from starlette.responses import JSONResponse

from sandbox.faults import Fault

DOCUMENTATION = "https://www.twilio.com/docs/errors/"


class RestError(Exception):
    """An error of the REST API: HTTP status, Twilio's code, its message."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def response(self) -> JSONResponse:
        body: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
            "more_info": f"{DOCUMENTATION}{self.code}",
            "status": self.status,
        }
        headers = {"www-authenticate": 'Basic realm="Twilio API"'} if self.status == 401 else None
        return JSONResponse(body, self.status, headers)


def on_request(fault: Fault) -> RestError:
    """The error a fault asks for."""
    return RestError(fault.whole("status"), fault.whole("code"), fault.text("message"))


def method_not_allowed(method: str, path: str) -> RestError:
    return RestError(405, 20004, f"Method not allowed: {method} {path}")


def not_found(path: str) -> RestError:
    return RestError(404, 20404, f"The requested resource {path} was not found")
