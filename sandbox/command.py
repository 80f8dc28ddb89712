"""The command line: reads the options, listens, and serves until interrupted."""

import contextlib
import dataclasses
import logging
import os
import socket
import sys

import uvicorn

from sandbox.app import create_app
from sandbox.config import Config
from sandbox.faults import ScenarioError


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


class _Server(uvicorn.Server):
    """Prints its address in one line when it is ready, so that whoever started it can wait for that line."""

    def __init__(self, config: Config) -> None:
        super().__init__(uvicorn.Config(create_app(config), log_level="warning", timeout_graceful_shutdown=3))
        self._address = config.base_url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            sys.stdout.write(f"{self._address}\n")
            sys.stdout.flush()


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
        server = _Server(config)
    except ScenarioError as error:
        sys.stderr.write(f"no such scenario: {error}\n")
        return 1
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    return 0 if server.started else 1
