"""A call the house placed, as the carrier has it and tells of it."""

import asyncio
from abc import abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime

from tests.stage.doors import Doors, Form
from tests.stage.line import Line


class PlacedCall(Line):
    """The line to whom the house called. ``fields`` are those of its REST request."""

    def __init__(self, sid: str, fields: Form, doors: Doors, next_sid: Callable[[], str]) -> None:
        super().__init__(sid, doors)
        self.form, self.next_sid = fields, next_sid
        self.account = "AC" + "0" * 32
        self.status = "queued"
        self.created_at = datetime.now(UTC)
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        self._orders: asyncio.Queue[Form] = asyncio.Queue()
        self._events = 0

    @property
    def seconds(self) -> int:
        """How long it was, or has been, answered."""
        return round((self.ended_at or now()) - self.answered_at) if self.answered_at else 0

    def common(self) -> Form:
        return {
            "CallSid": self.sid,
            "AccountSid": self.account,
            "ApiVersion": "2010-04-01",
            "CallStatus": self.status,
            "Direction": "outbound-api",
            "From": self.form["From"],
            "To": self.form["To"],
            "FromCity": "",
        }

    def order(self, form: Form) -> None:
        """The house updates the call."""
        self._orders.put_nowait(form)

    @abstractmethod
    async def run(self) -> None:
        """From the ringing to the end."""

    def status_report(self, event: str) -> Form:
        """The next status callback's form: initiated, ringing, answered or completed."""
        form = self.common() | {"CallbackSource": "call-progress-events", "SequenceNumber": str(self._events)}
        if event == "initiated":
            form["CallStatus"] = "initiated"
        if event == "completed":
            form |= {"CallDuration": str(self.seconds), "Duration": "1"}
        self._events += 1
        return form


def now() -> float:
    """The loop's clock, in seconds."""
    return asyncio.get_running_loop().time()
