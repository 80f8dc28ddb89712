"""A road to PostgreSQL that can be closed: connections are cut and refused, or taken and left without an answer."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Literal

type Outage = Literal["refuse", "hang"]

CHUNK = 65536


class Proxy:
    """Listens on a port of its own and passes everything on to the server, while it is open."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._server: asyncio.Server | None = None
        self._open = asyncio.Event()
        self._open.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Serve for as long as the block runs."""
        await self._listen()
        try:
            yield
        finally:
            self._open.set()
            await self._close()

    @contextlib.asynccontextmanager
    async def away(self, how: Outage) -> AsyncIterator[None]:
        """The server cannot be reached: refused, or taken and never answered."""
        if how == "refuse":
            await self._close()
        else:
            self._open.clear()
        try:
            yield
        finally:
            self._cut()  # what hung is broken now, as by a server that starts anew
            if how == "refuse":
                await self._listen()
            else:
                self._open.set()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._cut()

    def _cut(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            await self._open.wait()
            there, back = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers.add(back)
        try:
            await asyncio.gather(self._pass_on(reader, back), self._pass_on(there, writer))
        finally:
            self._writers -= {writer, back}

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(CHUNK):
                await self._open.wait()
                sink.write(data)
                await sink.drain()
        with contextlib.suppress(OSError):
            sink.close()
