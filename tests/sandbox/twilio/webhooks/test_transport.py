"""What a URL's fragment asks of its retries."""

import socket
import threading
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from sandbox.complaints import Complaints
from sandbox.config import Config
from sandbox.tls.certificates import CERTIFICATE, KEY, Certificates
from sandbox.twilio.webhooks.transport import Failure, Overrides, Transport


def test_a_fragment_sets_retries_and_time_limits():
    wanted = Overrides.read_from("rc=2&rp=ct,5xx&ct=2000&tt=60000", limit=15.0)
    assert (wanted.retries, wanted.connect, wanted.read, wanted.total) == (2, 2.0, 15.0, 15.0)
    assert wanted.on == {"ct", "5xx"}


def test_nonsense_counts_as_the_default():
    assert Overrides.read_from("rc=many&ct=soon", limit=15.0) == Overrides.read_from("", limit=15.0)


@pytest.mark.parametrize(
    ("on", "outcome", "again"),
    [
        ("ct", Failure(11205, "cannot connect"), True),
        ("ct", Failure(11200, "no answer"), False),
        ("5xx", httpx.Response(503), True),
        ("5xx", httpx.Response(404), False),
        ("all", httpx.Response(404), True),
        ("all", httpx.Response(200), False),
    ],
)
def test_it_is_tried_again_after_what_was_named(on, outcome, again):
    assert Overrides.read_from(f"rp={on}", limit=15.0).again_after(outcome) is again


@contextmanager
def app_of_a_stranger(folder=None):
    """An app with the certificate of that folder, or without TLS; its port."""

    async def hook(request):
        return PlainTextResponse(f"{request.url.scheme} {request.headers['x-twilio-signature']}")

    files = {"ssl_certfile": folder / CERTIFICATE, "ssl_keyfile": folder / KEY} if folder else {}
    app = Starlette(routes=[Route("/hook", hook, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", **files))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()


async def asked(port, certificates, times=1):
    """The last answer to a webhook over https, and the complaints it led to."""
    complaints = Complaints()
    transport = Transport(Config(), complaints, trust=certificates.trust)
    try:
        url = f"https://localhost:{port}/hook"
        *_, answer = [await transport.request(url, "POST", (("CallSid", "CA1"),)) for _ in range(times)]
        return answer.text, [one.problem for one in complaints.all() if one.by == "client"]
    finally:
        await transport.close()


async def test_an_app_with_a_certificate_of_ours_is_asked_over_tls(tmp_path):
    certificates = Certificates()
    certificates.save(tmp_path)
    with app_of_a_stranger(tmp_path) as port:
        text, complaints = await asked(port, certificates)
    assert (text.split()[0], complaints) == ("https", [])


async def test_an_app_on_this_machine_that_writes_https_and_has_no_tls_is_asked_plainly_and_complained_about_once():
    with app_of_a_stranger() as port:
        text, complaints = await asked(port, Certificates(), times=3)
    scheme, signature = text.split()
    assert scheme == "http"
    assert RequestValidator("sandbox-auth-token").validate(
        f"https://localhost:{port}/hook", {"CallSid": "CA1"}, signature
    )
    assert len(complaints) == 1
    assert "without TLS" in complaints[0]


async def test_a_certificate_of_somebody_else_is_twilios_error(tmp_path):
    Certificates().save(tmp_path)
    with app_of_a_stranger(tmp_path) as port, pytest.raises(Failure) as refused:
        await asked(port, Certificates())
    assert refused.value.code == 11237
