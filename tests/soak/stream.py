"""One media stream at the carrier: sends 20 ms frames, plays what comes in real time, echoes marks, measures."""

import asyncio
import base64
import json
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.soak.sound import FRAME_MS, QUIET, agent_in, caller_frame
from tests.stage.doors import NoAnswer

if TYPE_CHECKING:
    from tests.soak.leg import Leg

BYTES_PER_SECOND = 8000
BARGE_IN = 0.15  # of the agent's sentences are interrupted
LINGERS_SECONDS = 60.0  # a socket whose call is over is left open, to see who closes it
GARBAGE = ("{", b"\x00\x01", "[]", '{"event":"party"}', '{"event":"media","media":{"payload":"?"}}', '{"event":"mark"}')


class MediaStream:
    """A bidirectional stream of one leg."""

    def __init__(self, leg: "Leg", verb: Element) -> None:
        self.url = verb.get("url", "").replace("wss://", "ws://")
        self.sid = f"MZ{leg.sid[2:]}"
        self.parameters = {each.get("name", ""): each.get("value", "") for each in verb.iter("Parameter")}
        self.first_sound_s: float | None = None
        self.line_ended: float | None = None
        self.closed_after_end: float | None = None  # how long the house kept the socket when the call was over
        self.marks_lost = False
        self._leg = leg
        self._status_url = verb.get("statusCallback", "")
        self._socket: ClientConnection | None = None
        self._read = asyncio.Event()
        self._read.set()
        self._voice_until = self._answered_to = 0.0
        self._marks: list[tuple[float, str]] = []
        self._sequence = 0
        self._started_at = 0.0

    async def run(self) -> None:
        """Until the house closes the socket or the line is broken; cancelled when the call is over."""
        try:
            self._socket, self._leg.door = await self._leg.doors.stream(self.url)
        except NoAnswer as problem:
            self._leg.notes.append(f"stream refused: {problem}")
            self._tell("stream-error", StreamError="31920")
            return
        self._tell("stream-started")
        try:
            await self._begin(self._socket)
            async with asyncio.TaskGroup() as tasks:
                others = [tasks.create_task(self._tick(self._socket)), tasks.create_task(self._talk())]
                await self._listen(self._socket)
                for other in others:
                    other.cancel()
            self._tell("stream-stopped")
        except asyncio.CancelledError:
            await self._hang_up(self._socket)
            raise

    def drop(self) -> None:
        """Break the connection without a word."""
        if self._socket:
            self._socket.transport.abort()

    async def stop_reading(self, seconds: float) -> None:
        """Take nothing from the socket for so long."""
        self._read.clear()
        await asyncio.sleep(seconds)
        self._read.set()

    async def send_garbage(self) -> None:
        """What no carrier sends."""
        for nonsense in GARBAGE:
            await self._put(nonsense)
        await self._put(self._start())

    async def replay(self) -> str:
        """Open a second stream with the same token; how the house answered it."""
        socket, _ = await self._leg.doors.stream(self.url)
        async with socket:
            await socket.send('{"event":"connected","protocol":"Call","version":"1.0.0"}')
            await socket.send(self._start())
            try:
                async with asyncio.timeout(5):
                    await socket.recv()
            except ConnectionClosed as closed:
                return f"closed {closed.rcvd.code if closed.rcvd else ''}"
            except TimeoutError:
                return "left waiting"
        return "served"

    # --- the wire -----------------------------------------------------------------------------------------------------

    async def _begin(self, socket: ClientConnection) -> None:
        await socket.send('{"event":"connected","protocol":"Call","version":"1.0.0"}')
        await socket.send(self._start())
        self._started_at = _now()

    def _start(self) -> str:
        body = {
            "streamSid": self.sid,
            "accountSid": self._leg.account,
            "callSid": self._leg.sid,
            "tracks": ["inbound"],
            "customParameters": self.parameters,
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        }
        return json.dumps({"event": "start", "sequenceNumber": "1", "streamSid": self.sid, "start": body})

    async def _put(self, data: str | bytes) -> None:
        try:
            if self._socket:
                await self._socket.send(data)
        except ConnectionClosed:
            pass  # reading tells of it

    async def _tick(self, socket: ClientConnection) -> None:
        """A frame every 20 ms by the clock, and the marks that are due."""
        quiet, voice = QUIET, caller_frame(self._leg.plan.number)
        while True:
            due = self._started_at + self._sequence * FRAME_MS / 1000
            if (wait := due - _now()) > 0:
                await asyncio.sleep(wait)
            await self._echo_marks()
            audio = voice if _now() < self._voice_until else quiet
            self._sequence += 1
            await self._put(
                f'{{"event":"media","sequenceNumber":"{self._sequence + 1}","streamSid":"{self.sid}","media":'
                f'{{"track":"inbound","chunk":"{self._sequence}","timestamp":"{self._sequence * FRAME_MS}",'
                f'"payload":"{audio}"}}}}'
            )

    async def _echo_marks(self) -> None:
        now = _now()
        while self._marks and self._marks[0][0] <= now:
            _, name = self._marks.pop(0)
            if not self.marks_lost:
                await self._put(json.dumps({"event": "mark", "streamSid": self.sid, "mark": {"name": name}}))

    async def _listen(self, socket: ClientConnection) -> None:
        try:
            while True:
                await self._read.wait()
                self._take(json.loads(await socket.recv()))
        except ConnectionClosed:
            pass

    def _take(self, message: dict[str, Any]) -> None:
        now, ear = _now(), self._leg.ear
        match message["event"]:
            case "media":
                sound = base64.b64decode(message["media"]["payload"])
                self._leg.crossed += agent_in(sound) not in (None, self._leg.plan.number)
                if self.first_sound_s is None:
                    self.first_sound_s = now - self._started_at
                ear.hears_agent(now, len(sound) / BYTES_PER_SECOND)
            case "mark":
                self._marks.append((max(now, ear.agent_until), message["mark"]["name"]))
            case "clear":
                ear.agent_cut(now)
                self._marks = [(now, name) for _, name in self._marks]

    # --- the person ---------------------------------------------------------------------------------------------------

    async def _talk(self) -> None:
        """Answer when the agent has finished a sentence; now and then, before."""
        dice, ear, decided = self._leg.dice, self._leg.ear, -1.0
        while True:
            await asyncio.sleep(0.1)
            now = _now()
            if ear.agent_until <= self._answered_to or now < self._voice_until:
                continue
            if now > ear.agent_until + dice.uniform(0.3, 0.8):
                self._speak(now, dice.uniform(0.6, 1.4))
            elif ear.agent and ear.agent[-1][0] != decided and now > ear.agent[-1][0] + 0.8:
                decided = ear.agent[-1][0]
                if dice.random() < BARGE_IN:
                    self._speak(now, dice.uniform(0.6, 1.4))

    def _speak(self, now: float, seconds: float) -> None:
        self._voice_until = self._answered_to = now + seconds
        self._leg.ear.caller_speaks(now, seconds)

    # --- the end ------------------------------------------------------------------------------------------------------

    async def _hang_up(self, socket: ClientConnection) -> None:
        fault = self._leg.fault if self._leg.how == "caller" else ""
        if fault != "vanishes_at_hang_up":
            await self._put(json.dumps({"event": "stop", "streamSid": self.sid, "stop": {"callSid": self._leg.sid}}))
        if fault in ("vanishes_at_hang_up", "stop_without_close"):
            await self._linger(socket)
        await socket.close()
        if fault != "vanishes_at_hang_up":
            self._tell("stream-stopped")

    async def _linger(self, socket: ClientConnection) -> None:
        """The call is over, and nobody tells the house by closing: how long does it keep the socket?"""
        try:
            async with asyncio.timeout(LINGERS_SECONDS):
                while True:
                    await socket.recv()
        except ConnectionClosed:
            self.closed_after_end = _now() - (self.line_ended or _now())
        except TimeoutError:
            self.closed_after_end = LINGERS_SECONDS

    def _tell(self, event: str, **more: str) -> None:
        form = {"CallSid": self._leg.sid, "AccountSid": self._leg.account, "StreamSid": self.sid, "StreamEvent": event}
        self._leg.tell(self._status_url, form | more)


def _now() -> float:
    return asyncio.get_running_loop().time()
