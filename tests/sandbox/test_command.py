"""The command and its exit status."""

import socket
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import zttp

from sandbox.command import Server, main
from sandbox.config import Config
from sandbox.services import Services
from sandbox.tls.certificates import AUTHORITY


def test_a_port_that_is_taken_ends_it_with_a_reason(monkeypatch: pytest.MonkeyPatch, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(sys, "argv", ["sandbox", "--port", str(taken.getsockname()[1])])
        assert main() == 1
    assert "cannot listen on 127.0.0.1" in capsys.readouterr().err


def test_an_option_nobody_knows_is_answered_with_the_usage(monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setattr(sys, "argv", ["sandbox", "--nonsense", "1"])
    with pytest.raises(SystemExit):
        main()
    assert "--ring-seconds" in capsys.readouterr().err


@contextmanager
def served(folder: Path) -> Iterator[Config]:
    """The whole sandbox on a port, without a voice."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = Config(port=listener.getsockname()[1], certificates=str(folder))
    services = Services(config)
    services.speech.ready = True
    server = Server(config, services=services)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    try:
        yield config
    finally:
        server.should_exit = True
        thread.join(timeout=20)
    assert not thread.is_alive()


def test_one_port_serves_http_and_https_and_tells_whom_to_trust(tmp_path: Path) -> None:
    with served(tmp_path) as config:
        authority = httpx.get(f"{config.base_url}/sandbox/{AUTHORITY}", trust_env=False).text
        assert authority == (tmp_path / AUTHORITY).read_text()
        trust = ssl.create_default_context(cadata=authority)
        with httpx.Client(verify=trust, trust_env=False) as client:
            for name in ("localhost", "127.0.0.1"):
                assert client.get(f"https://{name}:{config.port}/sandbox/health").json()["status"] == "ok"


@pytest.mark.parametrize("secured", [False, True])
def test_a_client_that_speaks_only_http_2_asks_polly(tmp_path: Path, secured: bool) -> None:
    """As Amazon's JavaScript client does, with and without TLS."""
    with served(tmp_path) as config, socket.create_connection(("127.0.0.1", config.port), timeout=20) as plain:
        trust = ssl.create_default_context(cafile=str(tmp_path / AUTHORITY))
        trust.set_alpn_protocols(["h2"])
        with trust.wrap_socket(plain, server_hostname="localhost") if secured else plain as wire:
            answer, body = asked_in_http_2(wire, "POST", "/v1/speech", b'{"Text": "Hi"}')
    names = dict(answer.headers)
    assert (answer.status_code, names[b"x-amzn-errortype"].split(b":")[0]) == (
        403,
        b"MissingAuthenticationTokenException",
    )
    assert b"Missing Authentication Token" in body


def asked_in_http_2(wire: socket.socket, method: str, path: str, body: bytes) -> tuple[Any, bytes]:
    """The response and its body."""
    client = zttp.Connection(zttp.CLIENT, protocol=zttp.HTTP2)
    stream = client.send_request(method.encode(), path.encode(), b"2", [(b"host", b"localhost")])
    stream.send_data(body)
    stream.end_message()
    answer, got = None, b""
    while True:
        if waiting := client.data_to_send():
            wire.sendall(waiting)
        match event := client.next_event():
            case zttp.Response():
                answer = event
            case zttp.Data():
                got += event.data
            case zttp.EndOfMessage():
                return answer, got
            case _ if event is zttp.NEED_DATA:
                client.receive_data(wire.recv(65536))
