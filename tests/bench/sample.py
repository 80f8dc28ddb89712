"""The shape of the carrier's published sample: two coroutines on a Starlette socket and a `websockets` client."""

import asyncio
import json
import os
from contextlib import suppress
from typing import Any

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect


async def media_stream(phone: WebSocket) -> None:
    """One call: both ways at the same time, until the phone is gone."""
    await phone.accept()
    async with connect(os.environ["BENCH_MODEL_URL"], compression=None, proxy=None) as model:
        await model.send(json.dumps({"type": "session.update", "session": {"type": "realtime"}}))
        state: dict[str, Any] = {"stream_sid": "", "timestamp": 0, "marks": []}
        with suppress(WebSocketDisconnect):
            await asyncio.gather(_from_phone(phone, model, state), _from_model(phone, model, state))


async def _from_phone(phone: WebSocket, model: ClientConnection, state: dict[str, Any]) -> None:
    try:
        async for text in phone.iter_text():
            data = json.loads(text)
            if data["event"] == "media":
                state["timestamp"] = int(data["media"]["timestamp"])
                audio = {"type": "input_audio_buffer.append", "audio": data["media"]["payload"]}
                await model.send(json.dumps(audio))
            elif data["event"] == "start":
                state["stream_sid"] = data["start"]["streamSid"]
            elif data["event"] == "mark" and state["marks"]:
                state["marks"].pop(0)
    finally:
        await model.close()


async def _from_model(phone: WebSocket, model: ClientConnection, state: dict[str, Any]) -> None:
    async for text in model:
        event = json.loads(text)
        if event["type"] == "response.output_audio.delta":
            media = {"event": "media", "streamSid": state["stream_sid"], "media": {"payload": event["delta"]}}
            await phone.send_json(media)
            mark = {"event": "mark", "streamSid": state["stream_sid"], "mark": {"name": "responsePart"}}
            await phone.send_json(mark)
            state["marks"].append("responsePart")
        elif event["type"] == "input_audio_buffer.speech_started" and state["marks"]:
            await phone.send_json({"event": "clear", "streamSid": state["stream_sid"]})
            state["marks"].clear()


application = Starlette(routes=[WebSocketRoute("/api/realtime/media-stream", media_stream)])
