"""Faults of one media stream. Seconds are the stream's own: of the sound sent so far."""

import asyncio
import random

from sandbox.faults import Fault
from sandbox.services import Services
from sandbox.twilio.call.faults import strikes
from sandbox.twilio.call.resource import Call
from sandbox.twilio.webhooks.transport import STRANGERS_TOKEN


class StreamFaults:
    """The stream asks it before each thing it does."""

    def __init__(self, services: Services, call: Call, sid: str) -> None:
        self._services, self._call, self._sid = services, call, sid
        self._elapsed = 0.0
        self._lost_until = self._garbled_until = 0.0
        self._free_at = 0.0
        self._noise = random.Random(sid)

    def _strikes(self, what: str, *, subject: str = "") -> Fault | None:
        return strikes(self._services, self._call, f"stream.{what}", elapsed=self._elapsed, subject=subject)

    def _seconds(self, what: str, *, subject: str = "") -> float:
        """How long or how late; 0 without a fault."""
        fault = self._strikes(what, subject=subject)
        return fault.number("seconds") if fault else 0.0

    def signed(self, url: str) -> tuple[str, str]:
        """The token and the URL the handshake is signed with.

        Twilio's documents say that a trailing slash may be part of the signature.
        """
        token = STRANGERS_TOKEN if self._strikes("bad_signature") else self._services.config.auth_token
        slash = not url.endswith("/") and self._strikes("signature_slash")
        return token, f"{url}/" if slash else url

    def drops(self, elapsed: float) -> bool:
        """Whether the socket breaks now; faults with a duration begin here too. ``elapsed`` in seconds."""
        self._elapsed = elapsed
        if lost := self._seconds("lost_media", subject=self._sid):
            self._lost_until = round(elapsed + lost, 3)
        if garbled := self._seconds("garbled", subject=self._sid):
            self._garbled_until = round(elapsed + garbled, 3)
        if stalled := self._seconds("stall", subject=self._sid):
            self._free_at = asyncio.get_running_loop().time() + stalled
        return self._strikes("drop", subject=self._sid) is not None

    def loses(self) -> bool:
        return self._elapsed < self._lost_until

    def payload(self, ulaw: bytes) -> bytes:
        return self._noise.randbytes(len(ulaw)) if self._elapsed < self._garbled_until else ulaw

    async def way_is_free(self) -> None:
        """Waits while messages to the app are held back."""
        if (seconds := self._free_at - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(seconds)

    def loses_mark(self) -> bool:
        return self._strikes("mark_lost") is not None

    def mark_delay(self) -> float:
        return self._seconds("mark_late")

    def clear_delay(self) -> float:
        """How late the marks returned by a ``clear`` come."""
        return self._seconds("mark_after_clear")

    def silence_after_end(self) -> float:
        """How long the socket stays open after the call, without a ``stop``."""
        return self._seconds("no_stop")
