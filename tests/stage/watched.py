"""The product as it is, and one more address that tells how many tasks and threads its process has."""

import asyncio
import collections
import json
import threading
from typing import Any

from realestate.asgi import application as product
from tests.stage import VITALS


async def application(scope: Any, receive: Any, send: Any) -> None:
    """ASGI: everything goes to the product but the question after its vitals."""
    if scope["type"] == "http" and scope["path"] == VITALS:
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(vitals()).encode()})
        return
    await product(scope, receive, send)


def vitals() -> dict[str, Any]:
    """Tasks by what they run, and the number of threads."""
    names = collections.Counter(_name(task) for task in asyncio.all_tasks())
    return {"tasks": sum(names.values()), "by_name": dict(names), "threads": threading.active_count()}


def _name(task: "asyncio.Task[Any]") -> str:
    return getattr(task.get_coro(), "__qualname__", "?")
