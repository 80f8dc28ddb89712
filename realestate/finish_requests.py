"""Finish every request, whether or not the client still waits for the answer.

Django cancels a request whose client hung up. That cannot stop the thread the work is done in; it takes the request's
body and its connections away from under it. And a carrier that hung up comes back for the very same answer.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

type Message = dict[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Application = Callable[[Any, Receive, Any], Awaitable[None]]


def finish_requests(application: Application) -> Application:
    """The HTTP application, which learns of a hang-up only while it still reads the request's body."""

    async def run_to_its_end(scope: Any, receive: Receive, send: Any) -> None:
        whole = False

        async def body() -> Message:
            nonlocal whole
            if whole:
                await asyncio.Event().wait()  # the application cancels it when it has answered
            message = await receive()
            whole = message["type"] == "http.request" and not message.get("more_body", False)
            return message

        await application(scope, body, send)

    return run_to_its_end
