"""uvicorn protocol class for our sockets: bounds for whoever is at the other end, and a fast path for the media stream.

`--ws realtime.server:WebSockets`. Nothing a peer sends is read before the application has let it in; before it is
known as well, no message may be longer than `LARGEST_MESSAGE`. Nothing is inflated (no compression is offered), frames
that are no whole text have an allowance, and after our close nothing but the peer's own close is looked for, for a
moment. So one peer can neither keep the loop of everybody's calls busy nor fill its memory.

ASGI takes each message through a dict, a queue and the waking of a task, which for 20 ms frames costs more than all we
do with them. So a socket of this class offers its application, as an extension of the scope, to be called with each
text as it is read and to write without waiting. An application that does not take the offer gets plain ASGI; so does
the media stream under any other server.
"""

from typing import Any, cast

import structlog
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Opcode
from websockets.server import ServerProtocol

from realtime.transport.allowance import Allowance
from realtime.transport.carrier_socket import DIRECT, OnText
from realtime.transport.frames import FrameReader, text_frame
from realtime.transport.send_queue import SendQueue

log = structlog.get_logger(__name__)

LARGEST_MESSAGE = 64 * 1024  # of a peer that has only been let in; the carrier's start has some 500 bytes
LARGEST_OF_A_CALL = 4 * 1024 * 1024  # of one the application knows so well that it takes its texts directly
ODD_FRAMES_AT_ONCE, ODD_FRAMES_PER_SECOND = 500, 200  # pings, fragments, bytes: a peer has little need of them
MOST_WAITING = 500  # texts the application has not taken yet; ten seconds of a call
CLOSE_SECONDS = 1.0  # for the peer to answer our close
LAST_BYTES = 64 * 1024  # that may come after our close: what was on its way, as three seconds of a call
POLICY_VIOLATION = 1008


class WebSockets(WebSocketsSansIOProtocol):
    """One client's socket."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        longest = min(self.config.ws_max_size, LARGEST_MESSAGE)
        self.conn = ServerProtocol(max_size=longest, logger=self.logger)
        self.close_timeout = CLOSE_SECONDS
        self._frames = FrameReader(masked=True, longest=longest)
        self._odd_frames = Allowance(ODD_FRAMES_AT_ONCE, ODD_FRAMES_PER_SECOND)
        self._last_bytes = LAST_BYTES
        self._application_closed = False
        self._on_text: OnText | None = None
        self._send_queue: SendQueue | None = None

    # --- the offer to the application ---------------------------------------------------------------------------------

    def handle_connect(self, event: Any) -> None:
        """Offer the fast path in the scope of a new connection, and read no more before the application let it in."""
        super().handle_connect(event)
        if hasattr(self, "scope"):
            self.scope["extensions"][DIRECT] = cast(Any, self.go_direct)
            self.transport.pause_reading()

    async def send(self, message: Any) -> None:
        """Perform what the application says; once it lets the peer in, the peer is read.

        Raises ClientDisconnected, an OSError, for a peer that has left or was dropped.
        """
        if self.close_sent and not self._application_closed:
            raise ClientDisconnected
        await super().send(message)
        self._application_closed = self.close_sent
        if message["type"] == "websocket.accept" and not self.transport.is_closing():
            self.transport.resume_reading()

    def go_direct(self, on_text: OnText | None, queue: SendQueue) -> None:
        """From now on pass each text to `on_text`, starting with those that wait, and send the queue's texts at once.

        `receive` then reports only the close. With None for `on_text`, go back to ASGI.
        """
        self._on_text, self._send_queue = on_text, queue
        if on_text is None:
            queue.detach()
            return
        self._frames.longest = self.conn.max_message_size = min(self.config.ws_max_size, LARGEST_OF_A_CALL)
        queue.attach(self.send_text)
        self._deliver_waiting()

    def send_text(self, text: str) -> None:
        """Write a text. One for a socket that is closed or closing is lost."""
        if not (self.close_sent or self.disconnected or self.transport.is_closing()):
            self.transport.write(text_frame(text, masked=False))

    # --- the socket ---------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Bytes from the client."""
        if self._on_text is not None and (text := self._frames.only(data)) is not None:
            self._on_text(text)
        elif not self.handshake_initiated:
            super().data_received(data)
        elif self.close_sent:
            self._look_for_close(data)
        else:
            self._read_frames(data)

    def _read_frames(self, data: bytes) -> None:
        for frame in self._frames.read(data):
            if isinstance(frame, bytes):
                self._take_odd_frame(frame)
            elif self._on_text is not None:
                self._on_text(frame)
            else:
                self._queue_for_application(frame)
            if self.close_sent or self.transport.is_closing():
                return

    def _take_odd_frame(self, frame: bytes) -> None:
        if self._odd_frames.take(self.loop.time()):
            super().data_received(frame)
        else:
            self._drop("frames")

    def _look_for_close(self, data: bytes) -> None:
        """Find the peer's answer to our close in what it sends; drop a peer that sends much without one."""
        self._last_bytes -= len(data)
        if self._last_bytes < 0:
            self.transport.abort()
            return
        for frame in self._frames.read(data):
            if isinstance(frame, bytes) and frame[0] & 0x0F == Opcode.CLOSE:
                super().data_received(frame)
                return

    def _drop(self, reason: str) -> None:
        """Close the socket of a peer that behaves as none of ours would, without waiting for its answer."""
        log.warning("socket dropped", reason=reason)
        self.queue.put_nowait({"type": "websocket.disconnect", "code": POLICY_VIOLATION, "reason": reason})
        self.conn.fail(POLICY_VIOLATION, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self._close_soon()

    def _close_soon(self) -> None:
        """Close the connection, also when the peer does not read what is written before the end."""
        self.transport.close()
        self.loop.call_later(CLOSE_SECONDS, self.transport.abort)

    def keepalive_timeout(self) -> None:
        """The client has not answered a ping: it is gone."""
        super().keepalive_timeout()
        self._close_soon()

    def send_receive_event_to_app(self) -> None:
        """A message the library has read: fragmented, or bytes."""
        super().send_receive_event_to_app()
        self._deliver_waiting()

    def pause_writing(self) -> None:
        """The client reads more slowly than we write."""
        super().pause_writing()
        if self._send_queue:
            self._send_queue.pause()

    def resume_writing(self) -> None:
        """The client has read most of it."""
        super().resume_writing()
        if self._send_queue:
            self._send_queue.resume()

    async def run_asgi(self) -> None:
        """Run the application. What a client has not read a moment after its end is never delivered."""
        await super().run_asgi()
        if not self.writable.is_set():
            self.transport.abort()
        else:
            self.loop.call_later(2 * CLOSE_SECONDS, self.transport.abort)

    def _queue_for_application(self, text: str) -> None:
        """Queue a text for the application, and read no more before it is received."""
        if self.queue.qsize() >= MOST_WAITING:
            self._drop("texts")
            return
        self.queue.put_nowait({"type": "websocket.receive", "text": text})
        if not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    def _deliver_waiting(self) -> None:
        if self._on_text is None:
            return
        end = None
        while not self.queue.empty() and end is None:
            message = self.queue.get_nowait()
            if message["type"] == "websocket.receive":
                self._on_text(message.get("text") or "")
            else:
                end = message
        if end is not None:
            self.queue.put_nowait(end)
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
