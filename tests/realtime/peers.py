"""The two peers of the bridge on real sockets, doing exactly what a test tells them: a carrier and a model."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from calls.public_urls import STREAM_PATH
from sandbox.openai.validation import client_problems
from tests.calls.carrier_stub import sign
from tests.realtime.serving import Served

PATIENCE = 20.0
PCMU = {"format": {"type": "audio/pcmu"}}
FRAME = base64.b64encode(b"\xff" * 160).decode()


class Inbox:
    """What a peer has received, in order; `expect` waits for a message and forgets those before it."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self._queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    def put(self, message: dict[str, Any] | None) -> None:
        if message is not None:
            self.seen.append(message)
        self._queue.put_nowait(message)

    async def expect(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            while (message := await self._queue.get()) is not None:
                if wanted(message):
                    return message
        raise AssertionError("the socket was closed first")

    def forget(self) -> None:
        """What has come so far is of no interest."""
        while not self._queue.empty():
            self._queue.get_nowait()

    async def closed(self) -> None:
        """Wait until the peer has closed the socket."""
        async with asyncio.timeout(PATIENCE):
            while await self._queue.get() is not None:
                pass


class Phone:
    """The carrier's side of one media stream. `plays`: marks come back at once."""

    def __init__(self, socket: ClientConnection, *, plays: bool) -> None:
        self._socket = socket
        self.plays = plays
        self.inbox = Inbox()
        self.reads = asyncio.Event()
        self.reads.set()

    async def listen(self) -> None:
        try:
            async for text in self._socket:
                await self.reads.wait()
                message = json.loads(text)
                self.inbox.put(message)
                if message["event"] == "mark" and self.plays:
                    await self.send("mark", {"name": message["mark"]["name"]})
        except ConnectionClosed:
            pass
        self.inbox.put(None)

    async def send(self, event: str, body: dict[str, Any]) -> None:
        await self._socket.send(json.dumps({"event": event, "streamSid": "MZ1", event: body}))

    async def send_raw(self, data: str | bytes) -> None:
        await self._socket.send(data)

    async def start(self, call: Any, **changes: Any) -> None:
        """The beginning of a stream, as the call's TwiML asks for it."""
        parameters = {"call": str(call.pk), "token": call.stream_token}
        body = {
            "streamSid": "MZ1",
            "callSid": call.twilio_sid,
            "customParameters": parameters | changes.pop("parameters", {}),
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        }
        await self.send_raw('{"event":"connected","protocol":"Call","version":"1.0.0"}')
        await self.send("start", body | changes)

    async def speak(self, frames: int = 1) -> None:
        for chunk in range(frames):
            await self.send("media", {"track": "inbound", "timestamp": str(20 * chunk), "payload": FRAME})

    async def hears(self, event: str, *, times: int = 1) -> dict[str, Any]:
        """The next message of that kind, or the last of as many; forgets all others before it."""
        for _ in range(times - 1):
            await self.hears(event)
        return await self.inbox.expect(lambda message: message["event"] == event)

    async def hang_up(self) -> None:
        await self.send("stop", {})
        await self._socket.close()

    def drop(self) -> None:
        """The connection breaks, without a word."""
        self._socket.transport.abort()

    @property
    def close_code(self) -> int | None:
        return self._socket.close_code


HANG_UP_SECONDS = 1.0  # for a goodbye from the other end: who has hung up no longer reads what is before it


@asynccontextmanager
async def phoning(server: Served, *, plays: bool = True) -> AsyncIterator[Phone]:
    """A media stream to Ringside, signed as the carrier signs it."""
    headers = {"x-twilio-signature": sign(f"wss://ringside.example{STREAM_PATH}", {})}
    options: dict[str, Any] = {"proxy": None, "compression": None, "max_queue": 2}
    address = f"ws://{server.address}{STREAM_PATH}"
    async with connect(address, additional_headers=headers, close_timeout=HANG_UP_SECONDS, **options) as socket:
        phone = Phone(socket, plays=plays)
        listening = asyncio.create_task(phone.listen())
        yield phone
        await socket.close()
        await listening


class Model:
    """The model's side of the sessions it was asked for. It says and does nothing by itself but confirm the basics."""

    def __init__(self) -> None:
        self.inbox = Inbox()
        self.sessions = 0
        self.problems: list[str] = []
        self.refuses_with: int | None = None
        self.silent = False
        self.reads = asyncio.Event()
        self.reads.set()
        self._socket: ServerConnection | None = None
        self._last_item: str | None = None
        self.gone = asyncio.Event()

    async def serve(self, socket: ServerConnection) -> None:
        self.sessions += 1
        self._socket, self._last_item = socket, None
        await self.send("session.created", session={})
        try:
            async for text in socket:
                await self.reads.wait()
                await self._take(json.loads(text))
        except ConnectionClosed:
            pass
        self.gone.set()

    async def _take(self, event: dict[str, Any]) -> None:
        self.problems += [f"{event['type']}: {problem}" for problem in client_problems(event)]
        self.inbox.put(event)
        if event["type"] == "session.update" and not self.silent:
            await self.send("session.updated", session={"audio": {"input": PCMU, "output": PCMU}})
        if event["type"] == "conversation.item.create":
            item = {"id": f"item_{len(self.inbox.seen)}", **event["item"]}
            await self._add(item)

    async def _add(self, item: dict[str, Any]) -> None:
        await self.send("conversation.item.added", item=item, previous_item_id=self._last_item)
        self._last_item = item["id"]

    async def send(self, kind: str, **fields: Any) -> None:
        await self.send_raw(json.dumps({"type": kind, **fields}))

    async def send_raw(self, data: str | bytes) -> None:
        assert self._socket is not None
        await self._socket.send(data)

    async def hears(self, kind: str) -> dict[str, Any]:
        return await self.inbox.expect(lambda event: event["type"] == kind)

    async def lose_the_line(self, code: int = 1011) -> None:
        assert self._socket is not None
        await self._socket.close(code)

    async def says(self, words: str, *, ms: int = 400, response: str = "resp_1", item: str = "item_a1") -> None:
        """A whole spoken response."""
        await self.send("response.created", response={"id": response})
        await self.voice(words, ms=ms, response=response, item=item)
        await self.ends(response)

    async def voice(self, words: str, *, ms: int = 400, response: str = "resp_1", item: str = "item_a1") -> None:
        where = {"response_id": response, "item_id": item}
        await self._add({"id": item, "type": "message", "role": "assistant"})
        for _ in range(ms // 200):
            await self.send("response.output_audio.delta", **where, delta=base64.b64encode(b"\x7f" * 1600).decode())
        await self.send("response.output_audio.done", **where)
        await self.send("response.output_audio_transcript.done", **where, transcript=words)

    async def ends(self, response: str = "resp_1", status: str = "completed", **fields: Any) -> None:
        await self.send("response.done", response={"id": response, "status": status, "output": [], **fields})

    async def calls(self, name: str, arguments: dict[str, Any], *, response: str = "resp_1", call: str = "c1") -> None:
        """A function call, complete, within a response."""
        item = {"id": f"item_{call}", "type": "function_call", "status": "completed", "call_id": call, "name": name}
        item["arguments"] = json.dumps(arguments)
        await self.send("response.output_item.done", response_id=response, item=item)

    async def hears_caller(self, words: str, *, item: str = "item_u1") -> None:
        """A turn of the caller as server VAD reports it."""
        await self.send("input_audio_buffer.speech_started", item_id=item, audio_start_ms=0)
        await self.send("input_audio_buffer.speech_stopped", item_id=item, audio_end_ms=900)
        await self.send("input_audio_buffer.committed", item_id=item, previous_item_id=self._last_item)
        self._last_item = item
        kind = "conversation.item.input_audio_transcription.completed"
        await self.send(kind, item_id=item, content_index=0, transcript=words)


@asynccontextmanager
async def modelling() -> AsyncIterator[tuple[Model, str]]:
    """The model on a real port, and its base URL."""
    model = Model()

    def refuse(connection: ServerConnection, request: Any) -> Any:
        return connection.respond(model.refuses_with, "no\n") if model.refuses_with else None

    async with serve(model.serve, "127.0.0.1", 0, process_request=refuse, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield model, f"http://127.0.0.1:{port}/v1"
