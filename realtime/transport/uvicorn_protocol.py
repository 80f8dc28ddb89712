"""uvicorn protocol class with a fast path for the media stream: `--ws realtime.server:WebSockets`.

ASGI takes each message through a dict, a queue and the waking of a task, which for 20 ms frames costs more than all we
do with them. So a socket of this class offers its application, as an extension of the scope, to be called with each
text as it is read and to write without waiting. An application that does not take the offer gets plain ASGI; so does
the media stream under any other server.
"""

from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from realtime.transport.carrier_socket import DIRECT, OnText
from realtime.transport.frames import FrameReader, text_frame
from realtime.transport.send_queue import SendQueue


class WebSockets(WebSocketsSansIOProtocol):
    """One client's socket."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._frames = FrameReader(masked=True, longest=self.config.ws_max_size)
        self._on_text: OnText | None = None
        self._send_queue: SendQueue | None = None

    # --- the offer to the application ---------------------------------------------------------------------------------

    def handle_connect(self, event: Any) -> None:
        """Offer the fast path in the scope of a new connection."""
        super().handle_connect(event)
        if hasattr(self, "scope"):
            self.scope["extensions"][DIRECT] = cast(Any, self.go_direct)

    def go_direct(self, on_text: OnText | None, queue: SendQueue) -> None:
        """From now on pass each text to `on_text`, starting with those that wait, and send the queue's texts at once.

        `receive` then reports only the close. With None for `on_text`, go back to ASGI.
        """
        self._on_text, self._send_queue = on_text, queue
        if on_text is None:
            queue.detach()
            return
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
            return
        if not self.handshake_initiated:
            super().data_received(data)
            return
        for frame in self._frames.read(data):
            if isinstance(frame, bytes):
                super().data_received(frame)
            elif self._on_text is not None:
                self._on_text(frame)
            elif not self.close_sent:
                self._queue_for_application(frame)

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
        """Run the application. What a client has not read by its end is never delivered."""
        await super().run_asgi()
        if not self.writable.is_set():
            self.transport.abort()

    def _queue_for_application(self, text: str) -> None:
        """Queue a text for the application, and read no more before it is received."""
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
