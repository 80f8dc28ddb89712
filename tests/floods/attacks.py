"""The attacks, in a process of their own: `python -m tests.floods.attacks NAME PORT CALL SIGNATURE SECONDS`.

Plain sockets, as fast as the server takes it. Whoever is dropped comes again, until the seconds are over.
"""

import contextlib
import json
import socket
import sys
import threading
import uuid
from collections.abc import Callable
from time import monotonic

MEGABYTE = 1 << 20
PINGS = b"\x89\x80\0\0\0\0" * 10_000
FLOOD_BYTES = 8 * MEGABYTE
BODY_BYTES = 300 * MEGABYTE
SLOW_CLIENTS = 300
HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nConnection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
)
STREAM = "/api/realtime/media-stream"


class Stranger:
    """What one attack knows, and how much it has sent."""

    def __init__(self, port: int, call: str, signature: str, seconds: float) -> None:
        self.port, self.call, self.signature = port, call, signature
        self.until = monotonic() + seconds
        self.sent = self.connections = 0

    @property
    def goes_on(self) -> bool:
        """Whether there is time left."""
        return monotonic() < self.until

    def connect(self) -> socket.socket:
        """A connection."""
        self.connections += 1
        connected = socket.create_connection(("127.0.0.1", self.port), timeout=2)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def send(self, connected: socket.socket, data: bytes) -> None:
        """Send all of it."""
        connected.sendall(data)
        self.sent += len(data)

    def shake_hands(self, connected: socket.socket, path: str, *, signed: bool = False) -> None:
        """Ask for a WebSocket, and wait a moment for what is said to it."""
        more = f"X-Twilio-Signature: {self.signature}\r\n" if signed else ""
        self.send(connected, HANDSHAKE.format(path=path, port=self.port, more=more).encode())
        with contextlib.suppress(TimeoutError):
            connected.recv(4096)


def rest(stranger: Stranger) -> None:
    """Do nothing, to compare with."""
    threading.Event().wait(max(0.0, stranger.until - monotonic()))


def ping(stranger: Stranger, path: str, *, signed: bool = False) -> None:
    """Eight megabytes of pings on one socket, and again."""
    while stranger.goes_on:
        with contextlib.suppress(OSError), stranger.connect() as connected:
            stranger.shake_hands(connected, path, signed=signed)
            for _ in range(FLOOD_BYTES // len(PINGS)):
                if not stranger.goes_on:
                    return
                stranger.send(connected, PINGS)


def drip(stranger: Stranger, path: str, *, signed: bool = False) -> None:
    """A frame of 16 MB announced, and its bytes one by one."""
    while stranger.goes_on:
        with contextlib.suppress(OSError), stranger.connect() as connected:
            stranger.shake_hands(connected, path, signed=signed)
            stranger.send(connected, b"\x81\xff" + (16 * MEGABYTE).to_bytes(8) + b"\0\0\0\0")
            while stranger.goes_on:
                stranger.send(connected, b"x")


def drip_within_bounds(stranger: Stranger) -> None:
    """As long a frame as anybody may send, byte by byte, with the carrier's own signature."""
    while stranger.goes_on:
        with contextlib.suppress(OSError), stranger.connect() as connected:
            stranger.shake_hands(connected, STREAM, signed=True)
            stranger.send(connected, b"\x81\xff" + (60_000).to_bytes(8) + b"\0\0\0\0")
            while stranger.goes_on:
                stranger.send(connected, b"x")


def body(stranger: Stranger, *, chunked: bool = False) -> None:
    """A body of 300 MB to a webhook, the API, the log-in page and nowhere."""
    while stranger.goes_on:
        for path in ("/webhooks/twilio/inbound", "/api/calls", "/admin/login/", "/nowhere"):
            length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {BODY_BYTES}"
            with contextlib.suppress(OSError), stranger.connect() as connected:
                head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{stranger.port}\r\n{length}\r\n\r\n"
                stranger.send(connected, head.encode())
                piece = b"x" * 65_536
                frame = b"10000\r\n" + piece + b"\r\n" if chunked else piece
                for _ in range(BODY_BYTES // len(piece)):
                    if not stranger.goes_on:
                        return
                    stranger.send(connected, frame)


def headers(stranger: Stranger) -> None:
    """Eight megabytes of headers, and again."""
    while stranger.goes_on:
        with contextlib.suppress(OSError), stranger.connect() as connected:
            stranger.send(connected, b"GET / HTTP/1.1\r\n")
            for number in range(FLOOD_BYTES // 4096):
                stranger.send(connected, b"X-%d: %s\r\n" % (number, b"a" * 4080))


def half_sent(stranger: Stranger) -> None:
    """Hundreds of requests that never become whole, a letter every now and then."""
    waiting: list[socket.socket] = []
    while stranger.goes_on:
        if len(waiting) < SLOW_CLIENTS:
            with contextlib.suppress(OSError):
                waiting.append(stranger.connect())
                stranger.send(waiting[-1], b"POST /login/ HTTP/1.1\r\nHost: a\r\nX: ")
            continue
        for connected in waiting[:]:
            try:
                stranger.send(connected, b"a")
            except OSError:
                waiting.remove(connected)
                connected.close()
        threading.Event().wait(0.2)
    for connected in waiting:
        connected.close()


def both(attack: Callable[[Stranger], None]) -> Callable[[Stranger], None]:
    """The same twice at once."""

    def run(stranger: Stranger) -> None:
        second = threading.Thread(target=attack, args=(stranger,))
        second.start()
        attack(stranger)
        second.join()

    return run


def _nobodys_page(stranger: Stranger) -> str:
    return f"/ws/calls/{uuid.uuid4()}"


ATTACKS: dict[str, Callable[[Stranger], None]] = {
    "nothing": rest,
    "pings on one socket": lambda stranger: ping(stranger, _nobodys_page(stranger)),
    "pings on two sockets": both(lambda stranger: ping(stranger, _nobodys_page(stranger))),
    "pings on a known call's page": lambda stranger: ping(stranger, f"/ws/calls/{stranger.call}"),
    "pings on the media stream": lambda stranger: ping(stranger, STREAM),
    "pings on a signed stream": lambda stranger: ping(stranger, STREAM, signed=True),
    "drip of 16 MB": lambda stranger: drip(stranger, _nobodys_page(stranger)),
    "drip on a signed stream": lambda stranger: drip(stranger, STREAM, signed=True),
    "drip within bounds": drip_within_bounds,
    "bodies of 300 MB": body,
    "chunked bodies": lambda stranger: body(stranger, chunked=True),
    "headers": headers,
    "half-sent requests": half_sent,
}


def main() -> None:
    """Attack, and print what was sent."""
    name, port, call, signature, seconds = sys.argv[1:]
    stranger = Stranger(int(port), call, signature, float(seconds))
    ATTACKS[name](stranger)
    print(json.dumps({"sent": stranger.sent, "connections": stranger.connections}))  # noqa: T201


if __name__ == "__main__":
    main()
