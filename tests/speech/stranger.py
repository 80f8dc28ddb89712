"""The app of the measured calls: rings people, and joins their phone to a Realtime session, both of the sandbox."""

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect

from sandbox.openai.agent import ToolCall
from tests.sandbox.talk import INSTRUCTIONS, OPENING, SCHEMAS, ToolServer

_TOOLS = [
    {"type": "function", "name": name, "description": name.replace("_", " "), "parameters": schema}
    for name, schema in SCHEMAS.items()
]


@dataclass
class Held:
    """What one call was like. Times in seconds; ``late`` is how far behind its own clock each frame came."""

    late: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    turns: int = 0
    answers: int = 0
    ended: bool = False
    _first: float | None = None
    _asked: float | None = None

    def frame(self, timestamp_ms: int, now: float) -> None:
        offset = now - timestamp_ms / 1000
        self._first = offset if self._first is None else min(self._first, offset)
        self.late.append(offset - self._first)

    def stopped(self, now: float) -> None:
        self.turns += 1
        self._asked = now

    def sound(self, now: float) -> None:
        if self._asked is not None:
            self.waits.append(now - self._asked)
            self._asked = None


@dataclass
class Stranger:
    """Knows the sandbox by its addresses only."""

    vendors: str
    address: str = ""
    calls: list[Held] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def talking(self, calls: int) -> None:
        """Until so many calls have reached us."""
        async with self._news:
            await self._news.wait_for(lambda: len(self.calls) >= calls)

    def application(self) -> Starlette:
        return Starlette(routes=[Route("/voice", self._voice, methods=["POST"]), WebSocketRoute("/media", self._media)])

    async def _voice(self, request: Request) -> Response:
        await request.body()
        url = self.address.replace("http", "ws") + "/media"
        return Response(f'<Response><Connect><Stream url="{url}"/></Connect></Response>', media_type="text/xml")

    async def _media(self, phone: WebSocket) -> None:
        await phone.accept()
        held = Held()
        async with self._news:
            self.calls.append(held)
            self._news.notify_all()
        url = self.vendors.replace("http", "ws") + "/v1/realtime?model=gpt-realtime-2.1"
        key = {"Authorization": "Bearer sk-measure"}
        async with connect(url, additional_headers=key, proxy=None, compression=None) as model:
            line = _Line(phone, model, held)
            await line.open()
            listening = asyncio.create_task(line.from_model())
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await line.from_phone()
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        held.ended = True


class _Line:
    def __init__(self, phone: WebSocket, model: ClientConnection, held: Held) -> None:
        self._phone, self._model, self._held = phone, model, held
        self._stream, self._tools, self._ending = "", ToolServer(), False

    async def open(self) -> None:
        pcmu = {"type": "audio/pcmu"}
        heard = {"format": pcmu, "turn_detection": {"type": "server_vad"}, "transcription": {"model": "gpt-transcribe"}}
        audio = {"input": heard, "output": {"format": pcmu, "voice": "marin"}}
        session = {"type": "realtime", "instructions": INSTRUCTIONS["buyer"], "tools": _TOOLS, "audio": audio}
        await self._tell("session.update", session=session)
        await self._tell("response.create", response={"instructions": f"Say exactly this: {OPENING}"})

    async def _tell(self, kind: str, **body: Any) -> None:
        await self._model.send(json.dumps({"type": kind, **body}))

    async def from_phone(self) -> None:
        async for text in self._phone.iter_text():
            message = json.loads(text)
            if message["event"] == "start":
                self._stream = message["streamSid"]
            elif message["event"] == "media":
                self._held.frame(int(message["media"]["timestamp"]), time.monotonic())
                await self._tell("input_audio_buffer.append", audio=message["media"]["payload"])
            elif message["event"] == "mark" and self._ending:
                await self._phone.close()
                return

    async def from_model(self) -> None:
        async for text in self._model:
            event = json.loads(text)
            match event["type"]:
                case "response.output_audio.delta":
                    self._held.sound(time.monotonic())
                    await self._to_phone("media", payload=event["delta"])
                case "input_audio_buffer.speech_started":
                    await self._to_phone("clear")
                case "input_audio_buffer.speech_stopped":
                    self._held.stopped(time.monotonic())
                case "response.done":
                    await self._done(event["response"])

    async def _to_phone(self, event: str, **body: Any) -> None:
        if self._stream:
            message = {"event": event, "streamSid": self._stream} | ({event: body} if body else {})
            await self._phone.send_text(json.dumps(message))

    async def _done(self, response: dict[str, Any]) -> None:
        self._held.answers += 1
        calls = [item for item in response["output"] if item["type"] == "function_call"]
        for call in calls:
            result = self._tools.run(ToolCall(call["call_id"], call["name"], call["arguments"]))
            item = {"type": "function_call_output", "call_id": call["call_id"], "output": json.dumps(result)}
            await self._tell("conversation.item.create", item=item)
        self._ending = self._ending or any(call["name"] == "end_call" for call in calls)
        if self._ending:
            await self._to_phone("mark", name="goodbye")
        elif calls:
            await self._tell("response.create")
