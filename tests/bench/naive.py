"""The naive base: the bridge as a tutorial writes it, a Channels consumer and the `websockets` client, no records."""

import asyncio
import json
import os
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.urls import re_path
from websockets.asyncio.client import ClientConnection, connect

if not settings.configured:
    settings.configure()


class Bridge(AsyncWebsocketConsumer):
    """One call."""

    async def connect(self) -> None:
        self.model: ClientConnection = await connect(os.environ["BENCH_MODEL_URL"], compression=None, proxy=None)
        self.stream_sid = ""
        self.marks = 0
        await self.model.send(json.dumps({"type": "session.update", "session": {"type": "realtime"}}))
        self.listening = asyncio.create_task(self.listen())
        await self.accept()

    async def disconnect(self, code: int) -> None:
        self.listening.cancel()
        await self.model.close()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        message = json.loads(text_data or "{}")
        if message["event"] == "start":
            self.stream_sid = message["start"]["streamSid"]
        elif message["event"] == "media":
            audio = {"type": "input_audio_buffer.append", "audio": message["media"]["payload"]}
            await self.model.send(json.dumps(audio))

    async def listen(self) -> None:
        async for text in self.model:
            event = json.loads(text)
            if event["type"] == "response.output_audio.delta":
                await self.say("media", {"payload": event["delta"]})
                self.marks += 1
                await self.say("mark", {"name": f"m{self.marks}"})
            elif event["type"] == "input_audio_buffer.speech_started":
                await self.say("clear", {})

    async def say(self, event: str, body: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps({"event": event, "streamSid": self.stream_sid, event: body}))


application = ProtocolTypeRouter({"websocket": URLRouter([re_path("^api/realtime/media-stream$", Bridge.as_asgi())])})
