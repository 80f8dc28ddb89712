"""The app's side of a media stream: what a test sees of it, and says into it."""

import asyncio
import base64
import json
import threading
from typing import Any

import numpy as np
from starlette.websockets import WebSocket

from sandbox.audio import ulaw_encode
from tests.sandbox.twilio_world import World

CONNECT = '<Connect><Stream url="{url}/media"><Parameter name="token" value="k3"/></Stream></Connect>'


def tone(seconds: float) -> bytes:
    moments = np.arange(int(8000 * seconds)) / 8000
    return ulaw_encode((np.sin(2 * np.pi * 440 * moments) * 8000).astype(np.int16))


class Session:
    """The app's side of one stream: collects what comes, says what a test tells it to; ``gone`` when the socket is."""

    def __init__(self, plan: Any) -> None:
        self.plan = plan
        self.headers: dict[str, str] = {}
        self.path = ""
        self.got: list[dict[str, Any]] = []
        self.times: list[float] = []
        self.gone = threading.Event()
        self._news = asyncio.Condition()

    async def __call__(self, socket: WebSocket) -> None:
        self.headers, self.path = dict(socket.headers), socket.url.path
        await socket.accept()
        reader = asyncio.create_task(self._read(socket))
        await self.plan(self, socket)
        await reader
        self.gone.set()

    async def _read(self, socket: WebSocket) -> None:
        async for text in socket.iter_text():
            async with self._news:
                self.got.append(json.loads(text))
                self.times.append(asyncio.get_running_loop().time())
                self._news.notify_all()

    async def seen(self, event: str, count: int = 1) -> dict[str, Any]:
        async with self._news, asyncio.timeout(20):
            await self._news.wait_for(lambda: len(self.all(event)) >= count)
        return self.all(event)[count - 1]

    def all(self, event: str) -> list[dict[str, Any]]:
        return [message for message in self.got if message["event"] == event]

    async def send(self, socket: WebSocket, event: str, **body: Any) -> None:
        start = await self.seen("start")
        message = {"event": event, "streamSid": start["streamSid"]}
        await socket.send_text(json.dumps(message | ({event: body} if body else {})))

    async def play(self, socket: WebSocket, sound: bytes) -> None:
        await self.send(socket, "media", payload=base64.b64encode(sound).decode())


def streamed(world: World, plan: Any, *, after: str = "", **book: Any) -> tuple[Session, Any]:
    """A call whose TwiML connects to the app; it has ended when this returns."""
    world.answered_by(**({"script": ["Hello, who is this please?"]} | book))
    session = Session(plan)
    world.app.socket_handler = session
    call = world.place(CONNECT.format(url=world.app.ws_url) + after)
    return session, world.finished(call)
