"""The realtime model of the soak: hears who speaks, answers by itself, calls tools, and fails as it is told."""

import asyncio
import base64
import itertools
import json
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.soak.sound import FRAME, FRAME_MS, agent_delta, caller_in, is_silent
from tests.stage.names import number_named

TURN_ENDS_MS = 500  # of silence, as the session asks for
VOICE_STARTS_MS = 60
SPEED = 4.0  # audio is made so many times faster than it is heard
PCMU = {"format": {"type": "audio/pcmu"}}
APPEND = '{"type":"input_audio_buffer.append"'

type Send = Callable[[dict[str, Any]], Awaitable[None]]
type Receive = Callable[[], Awaitable[dict[str, Any]]]


class Session:
    """One session of one call. What it does wrong is set from outside, by the fault of the call."""

    def __init__(self, model: "Model", send: Send, abort: Callable[[], None]) -> None:
        self.number: int | None = None
        self.mute = False
        self.fails: list[str] = []  # error codes of the next generations; "" ends one with nothing in it
        self.closed_at: float | None = None
        self.crossed = 0  # frames of somebody else's caller
        self.open = True
        self.configured = asyncio.Event()
        self._model, self._send, self._abort = model, send, abort
        self._ids = itertools.count(1)
        self._serial = random.randrange(16**8)
        self._heard_ms = self._voice_ms = self._quiet_ms = 0
        self._item = ""  # of the caller's turn under way
        self._turns = 0
        self._response: asyncio.Task[None] | None = None
        self._response_id = ""
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, receive: Receive) -> None:
        """Until the other side is gone."""
        await self.say("session.created", session={})
        try:
            while (message := await receive())["type"] == "websocket.receive":
                await self._take(message.get("text") or "")
        finally:
            self.open = False
            self.closed_at = asyncio.get_running_loop().time()
            for task in (*self._tasks, *filter(None, [self._response])):
                task.cancel()

    async def say(self, kind: str, **fields: Any) -> None:
        if self.open and not self.mute:
            await self.send_raw(json.dumps({"type": kind, "event_id": self._id("event"), **fields}))

    async def send_raw(self, data: str | bytes) -> None:
        key = "bytes" if isinstance(data, bytes) else "text"
        try:
            await self._send({"type": "websocket.send", key: data})
        except (OSError, RuntimeError):
            self.open = False

    async def close(self, code: int) -> None:
        if self.open:
            self.open = False
            await self._send({"type": "websocket.close", "code": code})

    def vanish(self) -> None:
        """Break the connection without a word."""
        self._abort()

    # --- what it is told ----------------------------------------------------------------------------------------------

    async def _take(self, text: str) -> None:
        if text.startswith(APPEND):
            await self._hear(text[text.index('"audio":"') + 9 : -2])
            return
        event = json.loads(text)
        match event["type"]:
            case "session.update" if self.configured.is_set():
                await self.say("session.updated", session={"audio": {"input": PCMU, "output": PCMU}})
            case "session.update":
                self.number = number_named(event["session"]["instructions"])
                if self.number in self._model.doomed:
                    await self.close(1011)
                    return
                await self.say("session.updated", session={"audio": {"input": PCMU, "output": PCMU}})
                self.configured.set()
            case "conversation.item.create":
                item = {"id": self._id("item")} | event["item"]
                self._remember_slots(item)
                await self.say("conversation.item.added", item=item, previous_item_id=None)
            case "conversation.item.truncate":
                await self.say("conversation.item.truncated", item_id=event["item_id"], content_index=0, audio_end_ms=0)
            case "conversation.item.delete":
                await self.say("conversation.item.deleted", item_id=event["item_id"])
            case "response.create":
                await self._asked(event.get("response") or {})
            case "response.cancel":
                await self._cancel("client_cancelled")

    def _remember_slots(self, item: dict[str, Any]) -> None:
        if item["type"] != "function_call_output" or self.number is None:
            return
        slots = (json.loads(item["output"]).get("data") or {}).get("slots") or []
        if slots:
            self._model.slots[self.number] = slots[self.number % len(slots)]["slot_id"]

    async def _hear(self, audio: str) -> None:
        sound = base64.b64decode(audio)
        for start in range(0, len(sound), FRAME):
            await self._hear_frame(sound[start : start + FRAME])

    async def _hear_frame(self, frame: bytes) -> None:
        self._heard_ms += FRAME_MS
        if is_silent(frame):
            self._voice_ms = 0
            self._quiet_ms += FRAME_MS
            if self._item and self._quiet_ms >= TURN_ENDS_MS:
                await self._turn_ended()
            return
        self.crossed += caller_in(frame) not in (None, self.number)
        self._quiet_ms = 0
        self._voice_ms += FRAME_MS
        if not self._item and self._voice_ms >= VOICE_STARTS_MS:
            self._item = self._id("item_u")
            start_ms = max(0, self._heard_ms - self._voice_ms)
            await self.say("input_audio_buffer.speech_started", item_id=self._item, audio_start_ms=start_ms)
            await self._cancel("turn_detected")

    async def _turn_ended(self) -> None:
        item, self._item = self._item, ""
        self._turns += 1
        await self.say("input_audio_buffer.speech_stopped", item_id=item, audio_end_ms=self._heard_ms)
        await self.say("input_audio_buffer.committed", item_id=item, previous_item_id=None)
        message = {"id": item, "type": "message", "role": "user", "content": []}
        await self.say("conversation.item.added", item=message, previous_item_id=None)
        self._soon(self._write_down(item))
        self._respond(after=random.uniform(0.15, 0.35))

    async def _write_down(self, item: str) -> None:
        await asyncio.sleep(random.uniform(0.1, 0.6))
        kind = "conversation.item.input_audio_transcription.completed"
        usage = {"type": "duration", "seconds": 1.0}
        await self.say(
            kind, item_id=item, content_index=0, transcript=f"I would like number {self._turns}.", usage=usage
        )

    # --- what it says -------------------------------------------------------------------------------------------------

    async def _asked(self, ask: dict[str, Any]) -> None:
        if self._response and not self._response.done():
            code = "conversation_already_has_active_response"
            await self.say("error", error={"type": "invalid_request_error", "code": code, "message": "busy"})
            return
        self._respond(after=random.uniform(0.05, 0.2), may_use_tools=False)

    def _respond(self, *, after: float, may_use_tools: bool = True) -> None:
        if self._response is None or self._response.done():
            self._response = asyncio.create_task(self._answer(after, may_use_tools=may_use_tools))

    async def _cancel(self, reason: str) -> None:
        if self._response and not self._response.done():
            self._response.cancel()
            if self._response_id:
                await self._done("cancelled", {"type": "cancelled", "reason": reason})

    async def _answer(self, after: float, *, may_use_tools: bool) -> None:
        await asyncio.sleep(after)
        self._response_id = self._id("resp")
        await self.say("response.created", response={"id": self._response_id})
        if self.fails:
            await self._fail(self.fails.pop(0))
            return
        tool = self._tool_of_this_turn() if may_use_tools else None
        if tool is None:
            await self._speak(random.randrange(5, 14))
        else:
            await self._speak(3)
            await self._call(*tool)
        await self._done("completed")

    async def _fail(self, code: str) -> None:
        if not code:
            await self._done("completed")
            return
        error = {"type": code, "code": code, "message": "no"}
        await self._done("failed", {"type": "failed", "error": error})

    async def _speak(self, pieces: int) -> None:
        item = self._id("item_a")
        where = {"response_id": self._response_id, "item_id": item, "output_index": 0, "content_index": 0}
        message = {"id": item, "type": "message", "role": "assistant", "content": []}
        await self.say("conversation.item.added", item=message, previous_item_id=None)
        for piece in range(pieces):
            await self.say("response.output_audio.delta", **where, delta=agent_delta(self.number or 0))
            await self.say("response.output_audio_transcript.delta", **where, delta=f"word{piece} ")
            await asyncio.sleep(0.2 / SPEED)
        await self.say("response.output_audio.done", **where)
        words = " ".join(f"word{piece}" for piece in range(pieces))
        await self.say("response.output_audio_transcript.done", **where, transcript=words)

    def _tool_of_this_turn(self) -> tuple[str, dict[str, Any]] | None:
        if self.number in self._model.says_goodbye:
            return "end_call", {"disposition": "not_interested", "summary": "No need.", "next_action": None}
        today = datetime.now(UTC).date()
        slot = self._model.slots.get(self.number or 0)
        if self._turns % 3 == 1 and slot is None:
            days = {"date_from": str(today + timedelta(1)), "date_to": str(today + timedelta(12))}
            return "check_availability", {"type": "buyer_consult", **days}
        if self._turns % 3 == 2 and slot is not None:
            what = {
                "slot_id": slot,
                "type": "buyer_consult",
                "attendee_name": "Lead",
                "confirm_phrase": "Yes, that works.",
            }
            return "schedule_appointment", what
        return None

    async def _call(self, name: str, arguments: dict[str, Any]) -> None:
        repeated = self.number in self._model.repeats_tools
        item = {
            "id": self._id("item_f"),
            "type": "function_call",
            "status": "completed",
            "call_id": f"call_{self.number}_{name}" if repeated else self._id("call"),
            "name": name,
            "arguments": json.dumps(arguments),
        }
        for _ in range(2 if repeated else 1):
            await self.say("response.output_item.done", response_id=self._response_id, output_index=1, item=item)

    async def _done(self, status: str, details: dict[str, Any] | None = None) -> None:
        response, self._response_id = self._response_id, ""
        usage = {
            "total_tokens": 300,
            "input_token_details": {"text_tokens": 100, "audio_tokens": 100, "cached_tokens": 0},
            "output_token_details": {"text_tokens": 20, "audio_tokens": 80},
        }
        body: dict[str, Any] = {
            "id": response,
            "status": status,
            "status_details": details,
            "output": [],
            "usage": usage,
        }
        await self.say("response.done", response=body)

    def _soon(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _id(self, kind: str) -> str:
        return f"{kind}_{self._serial:08x}_{next(self._ids)}"


class Model:
    """All sessions, open and over; refuses new ones while it is told to."""

    def __init__(self) -> None:
        self.sessions: list[Session] = []
        self.refused = 0
        self.doomed: set[int] = set()  # calls whose sessions end as soon as they are configured
        self.repeats_tools: set[int] = set()
        self.says_goodbye: set[int] = set()
        self.slots: dict[int, str] = {}
        self._refuses_until, self._refuses_with = 0.0, 401

    def refuse(self, seconds: float, *, status: int) -> None:
        """Refuse everybody's new sessions for so long."""
        self._refuses_until = asyncio.get_running_loop().time() + seconds
        self._refuses_with = status

    def session_of(self, number: int) -> Session | None:
        """The session that call has now."""
        return next((one for one in reversed(self.sessions) if one.number == number and one.open), None)

    async def serve(self, receive: Receive, send: Send, abort: Callable[[], None]) -> None:
        """Take one connection, as an ASGI WebSocket."""
        await receive()
        if asyncio.get_running_loop().time() < self._refuses_until:
            self.refused += 1
            await send({"type": "websocket.http.response.start", "status": self._refuses_with, "headers": []})
            await send({"type": "websocket.http.response.body", "body": b"no", "more_body": False})
            return
        await send({"type": "websocket.accept"})
        session = Session(self, send, abort)
        self.sessions.append(session)
        await session.serve(receive)
