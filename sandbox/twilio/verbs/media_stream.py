"""Media Streams: the WebSocket client that carries a leg's sound to the app and, for <Connect>, back.

https://www.twilio.com/docs/voice/media-streams/websocket-messages
"""

import asyncio
import base64
import binascii
import contextlib
import json
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from sandbox.audio import Pcm, ulaw_decode, ulaw_encode
from sandbox.conformance.exchange import read_json
from sandbox.conformance.shapes import stream_misfits
from sandbox.journal.folding import MessageFolder
from sandbox.twilio.call.resource import Callback, new_sid
from sandbox.twilio.line.leg import FRAME_MS, Tap
from sandbox.twilio.twiml import Verb
from sandbox.twilio.verbs.context import VerbContext
from sandbox.twilio.verbs.stream_faults import StreamFaults
from sandbox.twilio.webhooks.loopback import is_loopback, is_no_tls
from sandbox.twilio.webhooks.signature import sign

SOURCE = "twilio.stream"
_CONNECT_SECONDS = 10.0
_FLUSH_SECONDS = 2.0
_LONGEST_PARAMETER = 500
# Twilio's warnings about what an app sends, each given once per stream: not decoded, not of the protocol.
_MALFORMED, _INVALID = 31950, 31951
_CLEAN_CLOSES = (1000, 1001)
# Events an app may send; anything else is a protocol error.
_ACCEPTED = frozenset({"media", "mark", "clear"})


class StreamError(Exception):
    """The stream cannot start or go on; ``code`` is one of Twilio's 319xx."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(eq=False)
class MediaStream:
    """One <Stream>. ``two_way`` for <Connect>, one-way ``tracks`` for <Start>."""

    context: VerbContext
    verb: Verb
    two_way: bool
    tracks: tuple[str, ...] = ("inbound",)
    sid: str = field(default_factory=lambda: new_sid("MZ"))
    _outbox: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    _taps: list[tuple[list[Tap], Tap]] = field(default_factory=list)
    _sequence: int = 0
    _chunks: dict[str, int] = field(default_factory=dict)
    _open: bool = False
    _folder: MessageFolder = field(init=False)
    _faults: StreamFaults = field(init=False)
    _marks_late: float = 0.0
    _warned: set[int] = field(default_factory=set)
    _socket: ClientConnection | None = None

    def __post_init__(self) -> None:
        self._folder = MessageFolder(self._note_message)
        self._faults = StreamFaults(self.context.services, self.context.call, self.sid)

    def _note_message(self, direction: str, data: Mapping[str, Any], at: float) -> None:
        self.context.call.events.note("stream", {"direction": direction, "stream": self.sid, **data}, at=at)

    @property
    def name(self) -> str:
        return self.verb.get("name") or self.sid

    async def run(self) -> None:
        """Runs until the app closes the socket; when canceled, the app gets ``stop`` first."""
        try:
            self._socket = await self._connect()
        except StreamError as error:
            self._failed(error)
            return
        self._report("stream-started")
        sender = self.context.switch.tasks.spawn(self._send_all(self._socket))
        self._begin()
        try:
            await self._receive_all(self._socket)
        except StreamError as error:
            self._failed(error)
        except asyncio.CancelledError:
            sender.cancel()
            await self._say_stop(self._socket)
            raise
        finally:
            sender.cancel()
            self._end()
            self._report("stream-stopped")

    # the handshake --------------------------------------------------------------------------------------------

    async def _connect(self) -> ClientConnection:
        url = self._address()
        headers = {"x-twilio-signature": sign(*self._faults.signed(url)), "accept-encoding": "gzip"}
        try:
            return await self._dial(url, headers)
        except TimeoutError as error:
            raise StreamError(31901, "connection timed out") from error
        except (InvalidHandshake, EOFError) as error:
            raise StreamError(31920, f"handshake failed: {error}") from error
        except ssl.SSLError as error:
            raise StreamError(31910, f"no TLS with the app: {error.reason or error}") from error
        except (InvalidURI, OSError) as error:
            code = 31923 if isinstance(error, InvalidURI) else 31902
            raise StreamError(code, f"cannot connect: {type(error).__name__}") from error

    async def _dial(self, url: str, headers: Mapping[str, str]) -> ClientConnection:
        """Opens the socket. An app on this machine that writes wss, as Twilio needs it, and has no TLS, is dialed
        without it and complained about: behind the proxy it is meant for it would be right.
        """
        try:
            return await self._open_socket(url, headers)
        except (OSError, InvalidHandshake, EOFError) as error:
            parts = urlsplit(url)
            if parts.scheme != "wss" or not is_loopback(parts.hostname) or not is_no_tls(error):
                raise
        problem = "the app has no TLS; ws was dialed, since it is on this machine"
        self.context.services.complaints.add(SOURCE, message="wss", problem=problem, about=self.context.call.sid)
        plain = parts._replace(scheme="ws", netloc=parts.netloc if parts.port else f"{parts.netloc}:443")
        return await self._open_socket(urlunsplit(plain), headers)

    async def _open_socket(self, url: str, headers: Mapping[str, str]) -> ClientConnection:
        return await connect(
            url,
            ssl=self.context.services.certificates.trust if url.startswith("wss") else None,
            additional_headers=headers,
            user_agent_header="Twilio.TmeWs/1.0",
            compression=None,
            proxy=None,
            open_timeout=_CONNECT_SECONDS,
            ping_interval=None,
            max_size=None,
        )

    def _address(self) -> str:
        """Only wss, and ws to this machine, where no certificate is needed. A query string is dropped."""
        if not self.verb.get("url"):
            raise StreamError(31923, "Stream: Malformed URL: there is none")
        parts = urlsplit(self.context.url(self.verb.get("url")))
        scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
        if scheme != "wss" and not (scheme == "ws" and is_loopback(parts.hostname)):
            raise StreamError(31923, "a stream's url must begin with wss://")
        if parts.query:
            self._complain("Stream", "a query string in the url is not supported; it was dropped", code=31923)
        return urlunsplit((scheme, parts.netloc, parts.path, "", ""))

    # Twilio to app --------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._open = True
        self._post({"event": "connected", "protocol": "Call", "version": "1.0.0"})
        call = self.context.call
        start = {
            "accountSid": call.account_sid,
            "streamSid": self.sid,
            "callSid": call.sid,
            "tracks": list(self.tracks),
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": self._parameters(),
        }
        about = {"stream": self.sid, "url": self.context.url(self.verb.get("url")), "two_way": self.two_way}
        about["parameters"] = start["customParameters"]
        self.context.call.log("stream_start", **about, line_ms=self.context.leg.milliseconds)
        self._send("start", start)
        leg = self.context.leg
        for track in self.tracks:
            self._tap(leg.inbound if track == "inbound" else leg.outbound, track)
        if self.two_way:
            leg.keys.append(self._key)

    def _tap(self, taps: list[Tap], track: str) -> None:
        def media(frame: Pcm) -> None:
            self._send_media(track, frame)

        taps.append(media)
        self._taps.append((taps, media))

    def _parameters(self) -> dict[str, str]:
        given = {child.get("name"): child.get("value") for child in self.verb.children}
        for name, value in given.items():
            if len(name) + len(value) >= _LONGEST_PARAMETER:
                self._complain("Parameter", f"{name!r} and its value are longer than 500 characters", code=12200)
        return given

    def _send(self, event: str, body: Mapping[str, Any]) -> None:
        self._sequence += 1
        if event != "media":
            self._folder.pass_on("out", event, _small(body))
        self._post({"event": event, "sequenceNumber": str(self._sequence), event: body, "streamSid": self.sid})

    def _post(self, message: Mapping[str, Any]) -> None:
        text = json.dumps(message, separators=(",", ":"))
        self._check(str(message["event"]), "sandbox", stream_misfits(text))
        self._outbox.put_nowait(text)

    def _check(self, event: str, by: str, problems: Iterable[str] = ()) -> None:
        about = self.context.call.sid
        self.context.services.complaints.check(SOURCE, message=event, by=by, problems=problems, about=about)

    def _send_media(self, track: str, frame: Pcm) -> None:
        if not self._open:
            return
        elapsed = max(self._chunks.values(), default=0) * FRAME_MS / 1000
        if self._faults.drops(elapsed) and self._socket:
            self._socket.transport.abort()
        chunk = self._chunks[track] = self._chunks.get(track, 0) + 1
        if self._faults.loses():
            self._sequence += 1
            return
        payload = base64.b64encode(self._faults.payload(ulaw_encode(frame))).decode()
        media = {"track": track, "chunk": str(chunk), "timestamp": str(chunk * FRAME_MS), "payload": payload}
        self._send("media", media)

    def _key(self, digit: str) -> None:
        self._send("dtmf", {"track": "inbound_track", "digit": digit})

    async def _send_all(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                message = await self._outbox.get()
                await self._faults.way_is_free()
                await socket.send(message)

    async def _say_stop(self, socket: ClientConnection) -> None:
        call = self.context.call
        self._leave_line()
        if silent := self._faults.silence_after_end():
            self.context.switch.tasks.spawn(_close_later(socket, silent))
            return
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            async with asyncio.timeout(_FLUSH_SECONDS):
                while not self._outbox.empty():
                    await socket.send(self._outbox.get_nowait())
                self._send("stop", {"accountSid": call.account_sid, "callSid": call.sid})
                await socket.send(self._outbox.get_nowait())
                await socket.close()

    def _leave_line(self) -> None:
        self._open = False
        for taps, tap in self._taps:
            taps.remove(tap)
        self._taps.clear()
        if self._key in self.context.leg.keys:
            self.context.leg.keys.remove(self._key)

    def _end(self) -> None:
        self._leave_line()
        if self.two_way:
            self.context.leg.player.clear()
        self._folder.finish()
        sent = {track: chunks * FRAME_MS for track, chunks in self._chunks.items()}
        about = {"stream": self.sid, "sent_ms": sent, "close_code": self._socket.close_code if self._socket else None}
        self.context.call.log("stream_stop", **about, line_ms=self.context.leg.milliseconds)

    # app to Twilio --------------------------------------------------------------------------------------------

    async def _receive_all(self, socket: ClientConnection) -> None:
        """Reads until the app closes the socket; an unclean close or a lost connection is an error."""
        with contextlib.suppress(ConnectionClosed):
            async for message in socket:
                self._received(message)
        closed_by_app = socket.protocol.close_rcvd
        if closed_by_app is None:
            raise StreamError(31903, "the connection broke")
        if closed_by_app.code not in _CLEAN_CLOSES:
            raise StreamError(31921, f"the app closed the socket with {closed_by_app.code}")

    def _received(self, raw: str | bytes) -> None:
        message = self._read(raw)
        if message is None:
            return
        match message["event"]:
            case "media":
                self._play(message.get("media"))
            case "mark":
                self._folder.pass_on("in", "mark", _small(message.get("mark")))
                self._mark(message.get("mark"))
            case "clear":
                self._folder.finish()
                self._folder.pass_on("in", "clear", {})
                self._clear()

    def _read(self, raw: str | bytes) -> dict[str, Any] | None:
        """The message when Twilio would accept it; otherwise a complaint and None."""
        if isinstance(raw, bytes):
            self._complain("binary", "only text frames are part of the protocol", code=_MALFORMED)
            return None
        message: Any = read_json(raw)
        event, problem = self._judge(message)
        if problem:
            self._complain(event, problem)
            return None
        self._check(event, "client")
        return dict(message)

    def _judge(self, message: Any) -> tuple[str, str]:
        """The event's name, and what is wrong with the message ("" for nothing)."""
        if not isinstance(message, dict):
            return "text", "not a JSON object"
        event = str(message.get("event"))
        if event not in _ACCEPTED:
            return event, "unknown event"
        if not self.two_way:
            return event, "a stream under <Start> takes nothing back"
        return event, "" if message.get("streamSid") == self.sid else "streamSid is missing or of another stream"

    def _play(self, media: Any) -> None:
        try:
            payload = base64.b64decode(media["payload"], validate=True)
        except (TypeError, KeyError, binascii.Error, ValueError):
            self._complain("media", "media.payload is not base64")
            return
        self._folder.fold("in", "media", audio=media["payload"])
        self.context.leg.player.put(ulaw_decode(payload))

    def _mark(self, mark: Any) -> None:
        name = mark.get("name") if isinstance(mark, dict) else None
        if not isinstance(name, str) or not name:
            self._complain("mark", "mark.name is missing")
            return
        self.context.leg.player.bookmark(lambda: self._echo(name))

    def _clear(self) -> None:
        self.context.call.log("clear", line_ms=self.context.leg.milliseconds, waiting=self.context.leg.player.seconds)
        self._marks_late = self._faults.clear_delay()
        self.context.leg.player.clear()
        self._marks_late = 0.0

    def _echo(self, name: str) -> None:
        if not self._open or self._faults.loses_mark():
            return
        if late := self._marks_late or self._faults.mark_delay():
            self.context.switch.tasks.spawn(self._echo_later(name, late))
        else:
            self._send("mark", {"name": name})

    async def _echo_later(self, name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if self._open:
            self._send("mark", {"name": name})

    # what others are told -------------------------------------------------------------------------------------

    def _complain(self, message: str, problem: str, *, code: int = _INVALID) -> None:
        """Notes a message Twilio would warn about, which it does once per stream: it is ignored, the stream goes on."""
        self.context.services.complaints.add(SOURCE, message=message, problem=problem, about=self.context.call.sid)
        if code not in self._warned:
            self._warned.add(code)
            self.context.call.log("error", code=code, message=f"Stream: {message}: {problem}")

    def _failed(self, error: StreamError) -> None:
        self.context.error(error.code, f"Stream: {error}")
        self._report("stream-error", f"{error.code}: {error}")

    def _report(self, event: str, error: str = "") -> None:
        callback: Callback = self.context.callback(self.verb, "statusCallback")
        call = self.context.call
        form = [
            ("AccountSid", call.account_sid),
            ("CallSid", call.sid),
            ("StreamSid", self.sid),
            ("StreamName", self.name),
            ("StreamEvent", event),
            ("Timestamp", datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")),
        ]
        if error:
            form.append(("StreamError", error))
        self.context.switch.webhooks.report(call, callback, form)


async def _close_later(socket: ClientConnection, seconds: float) -> None:
    await asyncio.sleep(seconds)
    await socket.close()


def _small(body: Any) -> dict[str, Any]:
    """A message's short fields, for the log."""
    fields = body.items() if isinstance(body, Mapping) else ()
    return {key: value for key, value in fields if isinstance(value, str | int | float) and len(str(value)) <= 200}
