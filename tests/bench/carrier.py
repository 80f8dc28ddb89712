"""The fake carrier, in the load generator: lines that speak a frame every 20 ms and play what they are sent."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from tests.bench.sound import FRAME_BYTES, Journal, stamp_of, stamped

FRAME_SECONDS = 0.02
TICK_SECONDS = 0.001  # the finest the loop's timers know
BYTES_PER_SECOND = 8000
PATH = "/api/realtime/media-stream"


@dataclass(frozen=True)
class Ticket:
    """What a stream needs to be let in: the call, its one-use token and its sid with the carrier."""

    call: str = "0"
    token: str = "0"
    call_sid: str = "CA1"


class Line(WSListener):
    """One call's stream: it speaks when told to, and echoes a mark when what was sent before it has been played."""

    def __init__(self, number: int, ticket: Ticket, heard: Journal) -> None:
        self._number = number
        self._ticket = ticket
        self._heard = heard
        self._frames = 0
        self._played_until = 0.0
        self._marks: deque[tuple[str, asyncio.TimerHandle]] = deque()
        self.is_open = False

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._sid = f"MZ{self._number:032x}"
        self._send('{"event":"connected","protocol":"Call","version":"1.0.0"}')
        self._send(
            json.dumps({"event": "start", "sequenceNumber": "1", "streamSid": self._sid, "start": self._start()})
        )
        self.is_open = True

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.is_open = False

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type is WSMsgType.TEXT:
            self._take(frame.get_payload_as_ascii_text())
        elif frame.msg_type is WSMsgType.CLOSE:
            transport.send_close()
            transport.disconnect()

    def speak(self) -> None:
        """The next frame."""
        self._frames += 1
        audio = stamped(time.monotonic_ns(), self._number, self._frames, FRAME_BYTES)
        self._send(_MEDIA % (self._frames + 1, self._frames, self._frames * 20, audio, self._sid))

    def hang_up(self) -> None:
        """The far end is gone."""
        for _, timer in self._marks:
            timer.cancel()
        if self.is_open:
            self._send(
                json.dumps({"event": "stop", "streamSid": self._sid, "stop": {"callSid": self._ticket.call_sid}})
            )
            self._transport.send_close()
            self._transport.disconnect()

    def _take(self, text: str) -> None:
        if '"media"' in text[:40]:
            self._play(text)
        elif '"mark"' in text[:40]:
            name = json.loads(text)["mark"]["name"]
            timer = self._loop.call_at(self._played_until, self._echo, name)
            self._marks.append((name, timer))
        elif '"clear"' in text[:40]:
            self._clear()

    def _play(self, text: str) -> None:
        size = len(text) * 3 // 4 - 60
        self._played_until = max(self._played_until, self._loop.time()) + size / BYTES_PER_SECOND
        stamp = stamp_of(text)
        if stamp is not None and stamp[1] == self._number:
            self._heard.note(stamp, time.monotonic_ns())

    def _echo(self, name: str) -> None:
        self._marks.popleft()
        if self.is_open:
            self._send(_MARK % (self._sid, name))

    def _clear(self) -> None:
        waiting, self._marks = self._marks, deque()
        self._played_until = self._loop.time()
        for name, timer in waiting:
            timer.cancel()
            self._send(_MARK % (self._sid, name))

    def _start(self) -> dict[str, object]:
        return {
            "streamSid": self._sid,
            "accountSid": "AC1",
            "callSid": self._ticket.call_sid,
            "tracks": ["inbound"],
            "customParameters": {"call": self._ticket.call, "token": self._ticket.token},
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        }

    def _send(self, text: str) -> None:
        self._transport.send(WSMsgType.TEXT, text)


_MEDIA = (
    '{"event":"media","sequenceNumber":"%d","media":{"track":"inbound","chunk":"%d","timestamp":"%d","payload":"%s"},'
    '"streamSid":"%s"}'
)
_MARK = '{"event":"mark","sequenceNumber":"1","streamSid":"%s","mark":{"name":"%s"}}'


async def dial(line: Line, *, port: int, auth_token: str) -> Line:
    """The line, once its stream has started."""
    headers = {"X-Twilio-Signature": sign(f"ws://127.0.0.1:{port}{PATH}", auth_token)}
    await ws_connect(
        lambda: line,
        f"ws://127.0.0.1:{port}{PATH}",
        extra_headers=headers,
        use_aiofastnet=False,
        websocket_handshake_timeout=30,
    )
    return line


def sign(url: str, auth_token: str) -> str:
    """X-Twilio-Signature of a WebSocket handshake, which has no parameters."""
    return base64.b64encode(hmac.new(auth_token.encode(), url.encode(), hashlib.sha1).digest()).decode()


class Speaking:
    """Every open line speaks every 20 ms, the lines evenly apart."""

    def __init__(self, lines: Mapping[int, Line]) -> None:
        self.lines = list(lines.values())
        self._loop = asyncio.get_running_loop()
        self._began = time.monotonic()
        self._turn = 0
        self.spoken = 0
        self._timer = self._loop.call_soon(self._speak)

    def stop(self) -> None:
        """Nobody speaks any more."""
        self._timer.cancel()

    def _speak(self) -> None:
        now = time.monotonic()
        while (due := self._began + self._turn * FRAME_SECONDS / len(self.lines)) <= now:
            line = self.lines[self._turn % len(self.lines)]
            self._turn += 1
            if line.is_open:
                line.speak()
                self.spoken += 1
        self._timer = self._loop.call_later(max(TICK_SECONDS, due - now), self._speak)
