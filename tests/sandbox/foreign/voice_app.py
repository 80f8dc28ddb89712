"""A voice app as strangers write them: one file, FastAPI, the carrier's quickstart, a bridge to a Realtime model.

It knows nothing of this repository. Its addresses come from the environment; with the vendors' own it would run against
the vendors. `uvicorn voice_app:app`, then point a phone number at `/incoming-call`, or POST `{"to": "+1…"}` to `/call`.
"""

import asyncio
import base64
import contextlib
import json
import os
from typing import Any

import websockets
from fastapi import FastAPI, HTTPException, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import HTMLResponse
from pydantic import BaseModel
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client
from twilio.twiml.voice_response import Connect, VoiceResponse

PUBLIC_URL = os.environ["PUBLIC_URL"]
REALTIME_URL = os.environ.get("REALTIME_URL", "wss://api.openai.com/v1/realtime")
OPENAI_API_KEY = os.environ["OPENAI_API_KEY"]
ACCOUNT_SID, AUTH_TOKEN = os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"]
FROM_NUMBER = os.environ.get("TWILIO_FROM_NUMBER", "+15125550100")
MODEL, VOICE = "gpt-realtime-2.1", "marin"
INSTRUCTIONS = (
    "You are a friendly assistant of a small real-estate office. Find out whether the person wants to buy or to sell, "
    "and in which area. Keep your answers short. When the person wants to go, say goodbye."
)
GREET_FIRST = "Greet the person, say that you are an AI assistant, and ask how you can help."

app = FastAPI(title="Phone assistant")
transcripts: list[dict[str, Any]] = []


@app.get("/")
async def index() -> dict[str, str]:
    return {"message": "The assistant is running."}


@app.get("/transcripts")
async def read_transcripts() -> list[dict[str, Any]]:
    return transcripts


@app.api_route("/incoming-call", methods=["GET", "POST"])
async def incoming_call(request: Request) -> HTMLResponse:
    """Answer the phone: a word of ours, then the model has the line."""
    response = VoiceResponse()
    response.say("Please hold for a moment.", voice="Polly.Joanna-Neural")
    response.pause(length=1)
    connect = Connect()
    connect.stream(url=PUBLIC_URL.replace("http", "ws", 1) + "/media-stream")
    response.append(connect)
    return HTMLResponse(content=str(response), media_type="application/xml")


class Outbound(BaseModel):
    to: str


@app.post("/call", status_code=201)
def make_call(order: Outbound) -> dict[str, str]:
    client = Client(ACCOUNT_SID, AUTH_TOKEN)
    if base := os.environ.get("TWILIO_BASE_URL"):
        client.api.base_url = base
    try:
        call = client.calls.create(to=order.to, from_=FROM_NUMBER, url=f"{PUBLIC_URL}/incoming-call")
    except TwilioRestException as error:
        raise HTTPException(status_code=502, detail=f"{error.code}: {error.msg}") from error
    return {"sid": str(call.sid)}


@app.websocket("/media-stream")
async def media_stream(phone: WebSocket) -> None:
    """Join the phone and the model until one of them leaves."""
    await phone.accept()
    headers = {"Authorization": f"Bearer {OPENAI_API_KEY}"}
    async with websockets.connect(f"{REALTIME_URL}?model={MODEL}", additional_headers=headers) as model:
        bridge = Bridge(phone, model)
        await bridge.begin()
        await bridge.run()


class Bridge:
    def __init__(self, phone: WebSocket, model: Any) -> None:
        self.phone, self.model = phone, model
        self.stream_sid: str | None = None
        self.latest_ms = 0
        self.speaking_since: int | None = None
        self.speaking_item: str | None = None
        self.sent_ms = 0.0
        self.marks: list[str] = []
        self.lines: dict[str, Any] = {"agent": [], "caller": [], "errors": [], "cut_off": 0}
        transcripts.append(self.lines)

    async def begin(self) -> None:
        telephone = {"type": "audio/pcmu"}
        await self.tell(
            "session.update",
            session={
                "type": "realtime",
                "model": MODEL,
                "output_modalities": ["audio"],
                "instructions": INSTRUCTIONS,
                "audio": {
                    "input": {
                        "format": telephone,
                        "turn_detection": {"type": "server_vad"},
                        "transcription": {"model": "gpt-transcribe", "language": "en"},
                    },
                    "output": {"format": telephone, "voice": VOICE},
                },
            },
        )
        words = {"type": "input_text", "text": GREET_FIRST}
        await self.tell("conversation.item.create", item={"type": "message", "role": "user", "content": [words]})
        await self.tell("response.create")

    async def run(self) -> None:
        ways = {asyncio.create_task(self.from_phone()), asyncio.create_task(self.from_model())}
        _, waiting = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in waiting:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)

    async def tell(self, kind: str, **fields: Any) -> None:
        await self.model.send(json.dumps({"type": kind, **fields}))

    async def from_phone(self) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            async for message in self.phone.iter_text():
                data = json.loads(message)
                match data["event"]:
                    case "start":
                        self.stream_sid = data["start"]["streamSid"]
                    case "media":
                        self.latest_ms = int(data["media"]["timestamp"])
                        await self.tell("input_audio_buffer.append", audio=data["media"]["payload"])
                    case "mark" if self.marks:
                        self.marks.pop(0)
                    case "stop":
                        return

    async def from_model(self) -> None:
        async for message in self.model:
            event = json.loads(message)
            match event["type"]:
                case "response.output_audio.delta":
                    await self.play(event)
                case "input_audio_buffer.speech_started":
                    await self.interrupt()
                case "response.output_audio_transcript.done":
                    self.lines["agent"].append(event["transcript"])
                case "conversation.item.input_audio_transcription.completed":
                    self.lines["caller"].append(event["transcript"])
                case "error":
                    self.lines["errors"].append(event["error"])

    async def play(self, event: dict[str, Any]) -> None:
        if self.stream_sid is None:
            return
        if event["item_id"] != self.speaking_item:
            self.speaking_item, self.speaking_since, self.sent_ms = event["item_id"], self.latest_ms, 0.0
        self.sent_ms += len(base64.b64decode(event["delta"])) / 8
        media = {"payload": event["delta"]}
        await self.phone.send_json({"event": "media", "streamSid": self.stream_sid, "media": media})
        self.marks.append("part")
        await self.phone.send_json({"event": "mark", "streamSid": self.stream_sid, "mark": {"name": "part"}})

    async def interrupt(self) -> None:
        """The person speaks: stop playing, and tell the model how much of its answer was heard."""
        if not self.marks or self.speaking_item is None or self.speaking_since is None:
            return
        heard_ms = int(min(self.latest_ms - self.speaking_since, self.sent_ms))
        self.lines["cut_off"] += 1
        if heard_ms > 0:
            where = {"item_id": self.speaking_item, "content_index": 0, "audio_end_ms": heard_ms}
            await self.tell("conversation.item.truncate", **where)
        await self.phone.send_json({"event": "clear", "streamSid": self.stream_sid})
        self.marks.clear()
        self.speaking_item = self.speaking_since = None
