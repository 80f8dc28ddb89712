"""The fake realtime model, in the load generator: it hears, speaks half of the time, and never understands a word."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from random import Random
from typing import Any

from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server

from tests.bench.sound import DELTA_BYTES, Journal, stamp_of, stamped

DELTA_SECONDS = 0.2
DELTAS = 20  # four seconds of speech
CALLER_SECONDS = 3.0
PAUSE_SECONDS = 0.5
PCMU = {"format": {"type": "audio/pcmu"}}
WORDS = ("Certainly, ", "that ", "home ", "has ", "three ", "bedrooms ", "and ", "a ", "large ", "garden. ")
SAID = "I would like to see the one with three bedrooms on Saturday"
USAGE = {
    "total_tokens": 900,
    "input_tokens": 820,
    "output_tokens": 80,
    "input_token_details": {"text_tokens": 700, "audio_tokens": 120, "cached_tokens": 600},
    "output_token_details": {"text_tokens": 20, "audio_tokens": 60},
}


class Session(WSListener):
    """One session. `plain` speaks the carrier's words, for a proxy that passes everything through."""

    def __init__(self, model: "Model") -> None:
        self._model = model
        self._random = Random(next(model.serial))
        self._line = -1
        self._number = 0
        self._items = count(1)
        self._last_item: str | None = None
        self._listening = asyncio.Event()
        self._asked = asyncio.Event()
        self._speaking = False
        self._life: asyncio.Task[None] | None = None

    # --- the socket -------------------------------------------------------------------------------------------------

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        self._life = asyncio.get_running_loop().create_task(self._live())
        if not self._model.plain:
            self._tell("session.created", session={})

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._model.listening.discard(self)
        if self._life:
            self._life.cancel()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type is WSMsgType.CLOSE:
            transport.send_close()
            transport.disconnect()
        elif frame.msg_type is WSMsgType.TEXT:
            text = frame.get_payload_as_ascii_text()
            if "media" in text[:20] or "buffer.append" in text[:50]:
                self._hear(text)
            elif not self._model.plain:
                self._obey(json.loads(text))

    def _hear(self, text: str) -> None:
        stamp = stamp_of(text)
        if stamp is None:
            return
        self._model.heard.note(stamp, time.monotonic_ns())
        if not self._listening.is_set():
            self._line = stamp[1]
            self._listening.set()
            self._model.listening.add(self)
            self._model.joined.set()

    def _obey(self, event: dict[str, Any]) -> None:
        match event["type"]:
            case "session.update":
                self._tell("session.updated", session={"audio": {"input": PCMU, "output": PCMU}})
            case "conversation.item.create":
                item = {"id": self._next_item(), **event["item"]}
                self._tell("conversation.item.added", item=item, previous_item_id=None)
            case "response.create":
                self._asked.set()

    # --- the conversation -------------------------------------------------------------------------------------------

    async def _live(self) -> None:
        await self._listening.wait()
        await asyncio.sleep(self._random.uniform(0, DELTAS * DELTA_SECONDS * 2))
        while True:
            if self._model.plain:
                await asyncio.sleep(CALLER_SECONDS + PAUSE_SECONDS)
            else:
                await self._caller_speaks()
            await self._speak()
            await asyncio.sleep(PAUSE_SECONDS)

    async def _caller_speaks(self) -> None:
        item = self._next_item()
        self._tell("input_audio_buffer.speech_started", item_id=item, audio_start_ms=0)
        await asyncio.sleep(CALLER_SECONDS)
        self._tell("input_audio_buffer.speech_stopped", item_id=item, audio_end_ms=int(CALLER_SECONDS * 1000))
        self._tell("input_audio_buffer.committed", item_id=item, previous_item_id=self._last_item)
        self._last_item = item
        await asyncio.sleep(PAUSE_SECONDS / 2)
        kind = "conversation.item.input_audio_transcription.completed"
        self._tell(kind, item_id=item, content_index=0, transcript=SAID, usage={"type": "duration", "seconds": 3})
        await asyncio.sleep(PAUSE_SECONDS / 2)

    async def _speak(self) -> None:
        if self._model.plain:
            await self._say(lambda audio, word: self._send(_MEDIA % audio, _MARK % self._number))
            return
        item, response = self._next_item(), f"resp_{self._line}_{self._number}"
        where = {"response_id": response, "item_id": item, "output_index": 0, "content_index": 0}
        self._tell("response.created", response={"id": response, "status": "in_progress"})
        spoken = {"id": item, "type": "message", "role": "assistant", "content": []}
        self._tell("conversation.item.added", item=spoken, previous_item_id=self._last_item)
        self._last_item = item

        def say(audio: str, word: str) -> None:
            self._send(_WORDS % (response, item, word), _AUDIO % (response, item, audio))

        await self._say(say)
        self._tell("response.output_audio.done", **where)
        self._tell("response.output_audio_transcript.done", **where, transcript="".join(WORDS) * 2)
        self._tell("response.output_item.done", **where, item=spoken)
        self._tell("response.done", response={"id": response, "status": "completed", "output": [], "usage": USAGE})

    async def _say(self, say: Any) -> None:
        for piece in range(DELTAS):
            say(stamped(time.monotonic_ns(), self._line, self._number, DELTA_BYTES), WORDS[piece % len(WORDS)])
            self._number += 1
            self._model.spoken += 1
            await asyncio.sleep(DELTA_SECONDS)

    def _next_item(self) -> str:
        return f"item_{id(self):x}_{next(self._items)}"

    def _tell(self, kind: str, **fields: Any) -> None:
        self._send(json.dumps({"type": kind, "event_id": f"event_{next(self._items)}", **fields}))

    def _send(self, *texts: str) -> None:
        for text in texts:
            self._transport.send(WSMsgType.TEXT, text)


_MEDIA = '{"event":"media","streamSid":"MZ1","media":{"payload":"%s"}}'
_MARK = '{"event":"mark","streamSid":"MZ1","mark":{"name":"m%d"}}'
_AUDIO = (
    '{"type":"response.output_audio.delta","event_id":"event_A","response_id":"%s","item_id":"%s","output_index":0,'
    '"content_index":0,"delta":"%s"}'
)
_WORDS = (
    '{"type":"response.output_audio_transcript.delta","event_id":"event_B","response_id":"%s","item_id":"%s",'
    '"output_index":0,"content_index":0,"delta":"%s"}'
)


class Model:
    """All sessions of the model, and what they heard."""

    def __init__(self, *, plain: bool) -> None:
        self.plain = plain
        self.serial = count(1)
        self.heard = Journal()
        self.spoken = 0
        self.listening: set[Session] = set()
        self.joined = asyncio.Event()

    async def all_listen(self, calls: int) -> None:
        """Wait until so many sessions hear their caller."""
        while len(self.listening) < calls:
            self.joined.clear()
            await self.joined.wait()


@asynccontextmanager
async def modelling(model: Model, port: int) -> AsyncIterator[None]:
    """The model answers on that port of the loopback."""

    def session(request: WSUpgradeRequest) -> Session:
        return Session(model)

    server = await ws_create_server(session, "127.0.0.1", port, use_aiofastnet=False)
    try:
        yield
    finally:
        server.close()
