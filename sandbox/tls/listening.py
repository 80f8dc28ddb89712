"""One port for plain connections and TLS, HTTP/1.1 and HTTP/2: the first bytes of a connection tell which it is.

HTTP/2 is what a client begins with without asking (as Amazon's JavaScript client does with Polly), or agrees on in the
TLS handshake (ALPN).
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable, Coroutine

_TLS_HANDSHAKE = b"\x16"
# No other method begins so; the rest of the preface is the protocol's business.
_HTTP2_PREFACE = b"PRI"
_ALPN = ["h2", "http/1.1"]
# A connection that says nothing for so long is given up.
_SILENT_SECONDS = 60.0
_HANDSHAKE_SECONDS = 10.0
_BACKLOG = 2048
_AGAIN_SECONDS = 0.1


# Makes the protocol of a connection; True for HTTP/2.
type Protocols = Callable[[bool], asyncio.Protocol]


class Listener:
    """Accepts connections and hands each to a protocol, behind TLS when it begins so."""

    def __init__(self, listener: socket.socket, protocols: Protocols, tls: ssl.SSLContext) -> None:
        self._listener, self._protocols, self._tls = listener, protocols, tls
        self._tls.set_alpn_protocols(_ALPN)
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        self._listener.listen(_BACKLOG)
        self._listener.setblocking(False)
        self._spawn(self._accept_all())

    async def stop(self) -> None:
        """Accepts no more; the connections go on."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept_all(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(self._listener)
            except OSError:  # too many open files: the next one may find room
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            self._spawn(self._admit(connection))

    async def _admit(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        try:
            async with asyncio.timeout(_SILENT_SECONDS):
                beginning = await _beginning(connection)
            if beginning[:1] == _TLS_HANDSHAKE:
                await self._hand_over(connection, lambda: _Agreed(self._protocols), self._tls)
            else:
                await self._hand_over(connection, lambda: self._protocols(beginning == _HTTP2_PREFACE), None)
        except (OSError, TimeoutError, ssl.SSLError, asyncio.CancelledError):
            connection.close()

    async def _hand_over(
        self, connection: socket.socket, protocol: Callable[[], asyncio.Protocol], tls: ssl.SSLContext | None
    ) -> None:
        timeout = _HANDSHAKE_SECONDS if tls else None
        await asyncio.get_running_loop().connect_accepted_socket(
            protocol, connection, ssl=tls, ssl_handshake_timeout=timeout
        )


class _Agreed(asyncio.Protocol):
    """Waits for the end of a TLS handshake, in which both sides agree on a protocol, and gives way to it."""

    def __init__(self, protocols: Protocols) -> None:
        self._protocols = protocols

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        agreed = transport.get_extra_info("ssl_object")
        protocol = self._protocols(agreed is not None and agreed.selected_alpn_protocol() == "h2")
        transport.set_protocol(protocol)
        protocol.connection_made(transport)


async def _beginning(connection: socket.socket) -> bytes:
    """As many of the first bytes as it takes to tell, at most three, which stay where they are; b"" when the other side
    has closed.
    """
    seen = b""
    while True:
        with contextlib.suppress(BlockingIOError):
            now = connection.recv(len(_HTTP2_PREFACE), socket.MSG_PEEK)
            if not _HTTP2_PREFACE.startswith(now) or now == _HTTP2_PREFACE or not now:
                return now
            if now == seen:  # what is there already would make a wait for more return at once
                await asyncio.sleep(_AGAIN_SECONDS / 10)
            seen = now
            continue
        await _readable(connection)


async def _readable(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_reader(connection, _settle, ready)
    try:
        await ready
    finally:
        loop.remove_reader(connection)


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
