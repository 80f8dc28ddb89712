"""One port for plain connections and TLS."""

import asyncio
import contextlib
import socket
import ssl

import pytest

from sandbox.tls.certificates import Certificates, server_context
from sandbox.tls.listening import Listener


class Echo(asyncio.Protocol):
    def __init__(self, http2):
        self.version = b"2 " if http2 else b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        secured = self.transport.get_extra_info("sslcontext") is not None
        self.transport.write((b"tls " if secured else b"plain ") + self.version + data)


@pytest.fixture
async def served(tmp_path):
    """The port, and what a client trusts."""
    certificates = Certificates()
    certificates.save(tmp_path)
    port = socket.create_server(("127.0.0.1", 0))
    listener = Listener(port, Echo, server_context(tmp_path))
    listener.start()
    yield port.getsockname()[1], certificates.trust
    await listener.stop()
    port.close()


async def asked(port, first, rest=b"", tls=None):
    name = "localhost" if tls else None
    async with asyncio.timeout(10):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls, server_hostname=name)
        writer.write(first)
        await writer.drain()
        await asyncio.sleep(0.02 if rest else 0)
        writer.write(rest)
        answer = await reader.read(100)
        writer.close()
    return answer


async def test_both_are_served_and_neither_loses_its_first_byte(served):
    port, trust = served
    assert await asked(port, b"GET") == b"plain GET"
    assert await asked(port, b"GET", tls=trust) == b"tls GET"
    assert await asked(port, b"G", b"ET") in (b"plain G", b"plain GET")


async def test_http_2_is_known_by_its_preface_and_by_agreement(served):
    port, trust = served
    assert await asked(port, b"PRI * HTTP/2.0") == b"plain 2 PRI * HTTP/2.0"
    assert (await asked(port, b"P", b"RI * HTTP/2.0")).startswith(b"plain 2 P")
    assert (await asked(port, b"PR", b"OPFIND")).startswith(b"plain PR")
    assert (await asked(port, b"P", b"OST")).startswith(b"plain P")
    trust.set_alpn_protocols(["h2"])
    assert await asked(port, b"x", tls=trust) == b"tls 2 x"
    trust.set_alpn_protocols(["http/1.1"])
    assert await asked(port, b"x", tls=trust) == b"tls x"


async def test_many_come_at_once_beside_some_that_say_nothing(served):
    port, trust = served
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
    answers = await asyncio.gather(*(asked(port, b"x", tls=trust if at % 2 else None) for at in range(40)))
    assert answers.count(b"tls x") == answers.count(b"plain x") == 20
    for one in silent:
        one.close()


async def test_a_broken_handshake_harms_nobody_else(served):
    port, trust = served
    assert (await asked(port, b"\x16GET / HTTP/1.1\r\n\r\n"))[:1] in (b"", b"\x15")
    with contextlib.suppress(ssl.SSLError, ConnectionError):
        await asked(port, b"x", tls=ssl.create_default_context())
    assert await asked(port, b"x", tls=trust) == b"tls x"
