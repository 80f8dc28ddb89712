"""A whole call in sound: an app written from the vendors' documents, between the sandbox's phone and model."""

import asyncio
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect

from sandbox.audio import dbfs, read_wav
from sandbox.openai.agent import ToolCall
from sandbox.speech import Speech
from tests.sandbox.talk import INSTRUCTIONS, OPENING, SCHEMAS, ToolServer
from tests.sandbox.twilio_world import World, twilio_world

TOOLS = [
    {"type": "function", "name": name, "description": name.replace("_", " "), "parameters": schema}
    for name, schema in SCHEMAS.items()
]


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path), openai_key="sk-sandbox") as world:
        yield world


def session(mode: str) -> dict[str, Any]:
    pcmu = {"type": "audio/pcmu"}
    return {
        "type": "realtime",
        "instructions": INSTRUCTIONS[mode],
        "output_modalities": ["audio"],
        "audio": {
            "input": {
                "format": pcmu,
                "turn_detection": {"type": "server_vad"},
                "transcription": {"model": "gpt-transcribe"},
            },
            "output": {"format": pcmu, "voice": "marin"},
        },
        "tools": TOOLS,
    }


class Bridge:
    """The app: one socket to the phone, one to the model, tools in between."""

    def __init__(self, world: World, mode: str) -> None:
        self.world, self.mode = world, mode
        self.server = ToolServer()
        self.transcript: list[tuple[str, str]] = []
        self.stream = ""
        self.ending = False

    async def __call__(self, phone: WebSocket) -> None:
        await phone.accept()
        url = self.world.url.replace("http://", "ws://") + "/v1/realtime?model=gpt-realtime-2.1"
        headers = {"Authorization": "Bearer sk-sandbox"}
        async with connect(url, additional_headers=headers, proxy=None, compression=None) as model:
            await self.tell(model, "session.update", session=session(self.mode))
            opening = f"Say exactly this: {OPENING}"
            await self.tell(model, "response.create", response={"instructions": opening})
            listening = asyncio.create_task(self.from_model(model, phone))
            await self.from_phone(phone, model)
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening

    async def tell(self, model: ClientConnection, kind: str, **body: Any) -> None:
        await model.send(json.dumps({"type": kind, **body}))

    async def from_phone(self, phone: WebSocket, model: ClientConnection) -> None:
        async for text in phone.iter_text():
            message = json.loads(text)
            if message["event"] == "start":
                self.stream = message["streamSid"]
            elif message["event"] == "media":
                await self.tell(model, "input_audio_buffer.append", audio=message["media"]["payload"])
            elif message["event"] == "mark" and self.ending:
                await phone.close()
                return

    async def from_model(self, model: ClientConnection, phone: WebSocket) -> None:
        async for text in model:
            event = json.loads(text)
            match event["type"]:
                case "response.output_audio.delta":
                    await self.to_phone(phone, "media", payload=event["delta"])
                case "input_audio_buffer.speech_started":
                    await self.to_phone(phone, "clear")
                case "response.output_audio_transcript.done":
                    self.transcript.append(("agent", event["transcript"]))
                case "conversation.item.input_audio_transcription.completed":
                    self.transcript.append(("caller", event["transcript"]))
                case "response.done":
                    await self.run_tools(event["response"], model, phone)

    async def to_phone(self, phone: WebSocket, event: str, **body: Any) -> None:
        message = {"event": event, "streamSid": self.stream}
        await phone.send_text(json.dumps(message | ({event: body} if body else {})))

    async def run_tools(self, response: dict[str, Any], model: ClientConnection, phone: WebSocket) -> None:
        calls = [item for item in response["output"] if item["type"] == "function_call"]
        for call in calls:
            result = self.server.run(ToolCall(call["call_id"], call["name"], call["arguments"]))
            item = {"type": "function_call_output", "call_id": call["call_id"], "output": json.dumps(result)}
            await self.tell(model, "conversation.item.create", item=item)
        self.ending = self.ending or any(call["name"] == "end_call" for call in calls)
        if self.ending:
            await self.to_phone(phone, "mark", name="goodbye")
        elif calls:
            await self.tell(model, "response.create")


@pytest.mark.journey
def test_a_stranger_to_this_house_holds_a_call_with_a_person(world: World) -> None:
    bridge = Bridge(world, "buyer")
    world.answered_by(persona="buyer", name="Maria Lopez")
    world.app.socket_handler = bridge
    connect_verb = f'<Connect><Stream url="{world.app.ws_url}/media"/></Connect>'

    call = world.place(connect_verb, record=True, recording_channels="dual", time_limit=240)
    done = world.finished(call, timeout=260)

    assert done.status == "completed"
    assert sum(who == "caller" for who, _ in bridge.transcript) >= 6
    assert bridge.server.named("schedule_appointment")
    assert world.complaints() == []
    (recording,) = world.client.recordings.list(call_sid=call.sid)
    sound, rate = read_wav(httpx.get(recording.media_url, trust_env=False).content)
    assert len(sound) / rate == pytest.approx(int(done.duration), abs=1.5)
    assert min(dbfs(sound[:, 0]), dbfs(sound[:, 1])) > -45
