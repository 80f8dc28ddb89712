"""Ringside's WebSockets on a real port, in the loop of the test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

PATIENCE = 20.0
HTTP = "realestate.bounded_http:BoundedHttp"


class Served:
    """An ASGI application being served at `address`; it knows when it has finished with everybody."""

    def __init__(self, application: Any) -> None:
        self.address = ""
        self.raised: list[BaseException] = []  # what came out of the application: nothing ever should
        self._application = application
        self._visitors = 0
        self._empty = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self._visitors += 1
        self._empty.clear()
        try:
            await self._application(scope, receive, send)
        except Exception as error:
            self.raised.append(error)
            raise
        finally:
            self._visitors -= 1
            if not self._visitors:
                self._empty.set()

    async def wait_until_idle(self) -> None:
        """Wait until no connection is being served any more."""
        if self._visitors:
            await asyncio.wait_for(self._empty.wait(), PATIENCE)


@asynccontextmanager
async def serving(application: Any, *, sockets: str = "realtime.server:WebSockets") -> AsyncIterator[Served]:
    """The application under uvicorn, on a free port; `sockets` is what `--ws` says."""
    served = Served(application)
    options: dict[str, Any] = {"ws": sockets, "http": HTTP, "lifespan": "off", "log_config": None}
    config = uvicorn.Config(served, host="127.0.0.1", port=0, **options)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    ticking = asyncio.create_task(server.main_loop())
    host, port = server.servers[0].sockets[0].getsockname()
    served.address = f"{host}:{port}"
    try:
        yield served
    finally:
        await served.wait_until_idle()  # whoever is still being served writes rows of a test that is over
        server.should_exit = True
        await ticking
        await server.shutdown()
    assert served.raised == []
