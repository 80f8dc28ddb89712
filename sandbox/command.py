"""The command line: reads the options, listens, and serves until interrupted."""

import asyncio
import contextlib
import dataclasses
import logging
import os
import shutil
import socket
import sys
from collections.abc import Callable

import uvicorn
from uvicorn.protocols.http.zttp_h2_impl import ZttpH2Protocol

from sandbox.app import create_app
from sandbox.config import Config
from sandbox.faults import ScenarioError
from sandbox.services import Services
from sandbox.tls.certificates import server_context
from sandbox.tls.listening import Listener


def _listening(config: Config) -> socket.socket:
    """Opens the port. Raises OSError when it is taken."""
    listener = socket.socket(socket.AF_INET6 if ":" in config.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((config.host, config.port))
    except OSError:
        listener.close()
        raise
    return listener


class Server(uvicorn.Server):
    """Serves the sandbox, plain and over TLS, in HTTP/1.1 and HTTP/2, on the same port.

    Prints its address in one line when it is ready, so that whoever started it can wait for that line.
    """

    def __init__(self, config: Config, *, services: Services | None = None) -> None:
        app = create_app(config, services=services)
        super().__init__(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3))
        self._address, self._folder = config.base_url, config.certificates_folder()
        self._folder_is_temporary = not config.certificates
        app.state.services.certificates.save(self._folder)
        self._listeners: list[Listener] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup([])
        if self.should_exit:
            return
        tls = server_context(self._folder)
        self._listeners = [Listener(one, self._protocol, tls) for one in sockets or []]
        for listener in self._listeners:
            listener.start()
        sys.stdout.write(f"{self._address}\n")
        sys.stdout.flush()

    def _protocol(self, http2: bool) -> asyncio.Protocol:
        """As uvicorn makes one for a connection it has accepted itself."""
        make: Callable[..., asyncio.Protocol] = ZttpH2Protocol if http2 else self.config.http_protocol_class
        loop = asyncio.get_running_loop()
        return make(config=self.config, server_state=self.server_state, app_state=self.lifespan.state, _loop=loop)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listener in self._listeners:
            await listener.stop()
        await super().shutdown(sockets)
        if self._folder_is_temporary:
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)


def main() -> int:
    """The exit status: 1 when it could not start."""
    os.umask(0o077)  # recordings and logs are nobody else's
    logging.basicConfig(level=logging.WARNING)
    config = Config.from_command_line()
    try:
        listener = _listening(config)
    except OSError as error:
        sys.stderr.write(f"cannot listen on {config.host}:{config.port}: {error.strerror}\n")
        return 1
    config = dataclasses.replace(config, port=listener.getsockname()[1])
    try:
        server = Server(config)
    except ScenarioError as error:
        sys.stderr.write(f"no such scenario: {error}\n")
        return 1
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    return 0 if server.started else 1
