"""uvicorn protocol class for HTTP with bounds for requests that are not whole yet.

`--http realestate.bounded_http:BoundedHttp`. uvicorn alone waits for ever for a request's head, of any size, and for a
client that does not read its answer. Here a head is small and comes within `HEAD_SECONDS`; so many requests at most are
half-sent at a time, and the one that has waited longest goes first; and an answer is not kept for a client that has
stopped reading. Bodies: `realestate.bounded_bodies`, under any server.
"""

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEAD_BYTES = 32 * 1024  # request line and headers; also of the trailers of a chunked body
MOST_HEADERS = 100
HEAD_SECONDS = 10.0
MOST_HALF_SENT = 500  # requests, in this process
MOST_PIPELINED = 8
READER_SECONDS = 20.0  # to read `READER_BYTES` of an answer
READER_BYTES = 16 * 1024


class TooLarge(Exception):
    """What surrounds the body of a request is larger than any request needs."""


class BoundedHttp(HttpToolsProtocol):
    """One client's connection."""

    half_sent: ClassVar[dict["BoundedHttp", None]] = {}  # by how long they have been, the longest first

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._overhead = 0  # bytes of the request that are not its body
        self._body_bytes = 0
        self._field_bytes = 0  # of them in the request line and in headers that are complete
        self._upgraded = False
        self._head_timer: asyncio.TimerHandle | None = None
        self._reader_timer: asyncio.TimerHandle | None = None

    # --- the connection -----------------------------------------------------------------------------------------------

    def connection_made(self, transport: Any) -> None:
        """A client: its request is waited for."""
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._request_is_whole()
        self._reads_again()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes from the client."""
        self._overhead += len(data)
        super().data_received(data)
        if self._upgraded or self.transport.is_closing():
            return
        if self._overhead > HEAD_BYTES + self._body_bytes:  # a chunk has to hold as much as its frame
            self.send_400_response("")
            return
        request: RequestResponseCycle | None = self.cycle  # none yet, whatever its annotation says
        if request is None or request.response_complete:
            self._wait_for_head()

    def handle_websocket_upgrade(self) -> None:
        """The request is a handshake, and the connection another protocol's from now on."""
        self._upgraded = True
        self._request_is_whole()
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, or too large a one."""
        super().send_400_response(msg or "The request's headers are larger than any request here needs to be.")

    # --- the request, as it is read -----------------------------------------------------------------------------------

    def on_url(self, url: bytes) -> None:
        """A piece of the address."""
        self._take_field(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; or a trailer, of which nobody here wants to know."""
        self._take_field(len(name) + len(value))
        if len(self.headers) >= MOST_HEADERS:
            raise TooLarge
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._stop_head_timer()
        if len(self.pipeline) >= MOST_PIPELINED:
            raise TooLarge
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._overhead -= len(body)
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._request_is_whole()
        self._overhead = self._body_bytes = self._field_bytes = 0
        super().on_message_complete()

    def _take_field(self, size: int) -> None:
        self._field_bytes += size
        if self._field_bytes > HEAD_BYTES:
            raise TooLarge

    # --- requests that are not whole ----------------------------------------------------------------------------------

    def _wait_for_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)
            self.half_sent[self] = None
            if len(self.half_sent) > MOST_HALF_SENT:
                next(iter(self.half_sent))._give_up()

    def _give_up(self) -> None:
        self._request_is_whole()
        self.transport.abort()

    def _request_is_whole(self) -> None:
        self._stop_head_timer()
        self.half_sent.pop(self, None)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    # --- answers that are not read ------------------------------------------------------------------------------------

    def pause_writing(self) -> None:
        """The client reads more slowly than we write."""
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        """The client has read most of it."""
        super().resume_writing()
        self._reads_again()

    def _watch_reader(self) -> None:
        waiting = self.transport.get_write_buffer_size()
        self._reader_timer = self.loop.call_later(READER_SECONDS, self._judge_reader, waiting)

    def _judge_reader(self, waited: int) -> None:
        if self.transport.get_write_buffer_size() > waited - READER_BYTES:
            self.transport.abort()
        else:
            self._watch_reader()

    def _reads_again(self) -> None:
        if self._reader_timer is not None:
            self._reader_timer.cancel()
            self._reader_timer = None
