"""The error that services of the CRM raise: a code for the program, and a sentence for the person on the phone."""

from collections.abc import Iterable
from typing import Any


class ServiceError(Exception):
    """A request that was refused; unless the service says otherwise, nothing was changed.

    `code` is upper snake case and part of the agent's tool contract, `message` is for developers and models, `say` may
    be spoken to the caller as it stands. `retryable` means the same request may succeed later or with other `fields`.
    `details` are JSON-safe extras of that code (alternatives, suggestions, …).
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        say: str,
        retryable: bool = False,
        fields: Iterable[str] = (),
        **details: Any,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.say = say
        self.retryable = retryable
        self.fields = tuple(fields)
        self.details = details

    def as_error(self) -> dict[str, Any]:
        """The `error` object of a tool's answer."""
        return {
            "code": self.code,
            "message": self.message,
            "say": self.say,
            "retryable": self.retryable,
            "fields": list(self.fields),
            **self.details,
        }
