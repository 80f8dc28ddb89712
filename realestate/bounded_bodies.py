"""Bound the bodies of requests before they are read: how large, and for how long they may be on their way.

Django reads a whole body, to disk when it is large, before it looks who sends it. So the size is judged by the address,
from the length that is announced and by what really comes (a chunked body announces none); a body that is too large or
too slow is never seen by the application.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings

type Message = dict[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Application = Callable[[Any, Receive, Any], Awaitable[None]]

KIB, MIB = 1 << 10, 1 << 20
WEBHOOK_BYTES = 256 * KIB
API_BYTES = 1 * MIB
PAGE_BYTES = 256 * KIB
LOGIN = "/admin/login/"  # of the back office, where anybody may send something
BODY_SECONDS = 20.0  # for a body to come, and a second more for each
BYTES_PER_SECOND = 8 * KIB
LEFTOVER_BYTES, LEFTOVER_SECONDS = 16 * MIB, 2.0  # of a refused body: most clients read the answer only after it
TOO_LARGE = (413, "too_big", "The body is larger than any request to this address needs to be")
TOO_SLOW = (408, "too_slow", "The body did not come in time")
HUNG_UP = {"type": "http.disconnect"}


def longest_body(path: str) -> int:
    """Return how many bytes a request to this address may send."""
    if path.startswith("/webhooks/"):
        return WEBHOOK_BYTES
    if path.startswith("/api/"):
        return API_BYTES
    if path.startswith("/admin/") and path != LOGIN:
        return settings.MAX_UPLOAD_MB * MIB
    return PAGE_BYTES


def bounded_bodies(application: Application) -> Application:
    """Return the HTTP application with bounds: beyond them it is told that the client hung up, and we answer."""

    async def run(scope: Any, receive: Receive, send: Send) -> None:
        body = _Body(receive, longest_body(scope["path"]))
        if _announced(scope) > body.longest:
            await _refuse(TOO_LARGE, receive, send)
            return
        await application(scope, body.receive, send)
        if body.problem:
            await _refuse(body.problem, receive, send)

    return run


class _Body:
    """What comes of one request's body. `problem` is the answer, once there is one."""

    def __init__(self, receive: Receive, longest: int) -> None:
        self._receive = receive
        self._began = 0.0  # when it was first waited for: what we do before is no fault of the client's
        self._got = 0
        self._whole = False
        self.longest = longest
        self.problem: tuple[int, str, str] | None = None

    async def receive(self) -> Message:
        """Return the server's next message; the end, once there is a problem."""
        if self._whole:
            return await self._receive()
        if self.problem:
            return HUNG_UP
        self._began = self._began or asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(self._began + BODY_SECONDS + self._got / BYTES_PER_SECOND):
                message = await self._receive()
        except TimeoutError:
            self.problem = TOO_SLOW
            return HUNG_UP
        return self._judge(message)

    def _judge(self, message: Message) -> Message:
        self._got += len(message.get("body", b""))
        if self._got > self.longest:
            self.problem = TOO_LARGE
            return HUNG_UP
        self._whole = not message.get("more_body", False)
        return message


def _announced(scope: Any) -> int:
    """Return the length the head announces; 0 for none, or for one the server should not have let through."""
    text = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(text) if text.isdigit() and len(text) < 20 else 0


async def _refuse(problem: tuple[int, str, str], receive: Receive, send: Send) -> None:
    """Answer, then read a little of what the client still sends, or it may never see the answer."""
    status, code, message = problem
    body = json.dumps({"error": {"code": code, "message": message}}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    if problem is TOO_LARGE:
        await _pass_over(receive)
    await send({"type": "http.response.body", "body": b""})


async def _pass_over(receive: Receive) -> None:
    left = LEFTOVER_BYTES
    try:
        async with asyncio.timeout(LEFTOVER_SECONDS):
            while left > 0:
                message = await receive()
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return
                left -= len(message.get("body", b""))
    except TimeoutError:
        pass
