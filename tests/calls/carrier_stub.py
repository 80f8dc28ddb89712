"""A stand-in for Twilio's REST API: a real HTTP server on loopback that answers as it is told, and remembers."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

ACCOUNT = "AC" + "0" * 32
TOKEN = "a-token-of-the-carrier"
FROM_NUMBER = "+15125550100"


@dataclass
class Request:
    """What was asked: method, path, form (first value per field) and the Authorization header."""

    method: str
    path: str
    form: dict[str, str]
    lists: dict[str, list[str]]
    authorization: str


@dataclass
class Carrier:
    """The carrier's side. `answers` are taken in turn; without one, everything works."""

    base_url: str = ""
    requests: list[Request] = field(default_factory=list)
    answers: list[tuple[int, Any]] = field(default_factory=list)
    calls: dict[str, dict[str, Any]] = field(default_factory=dict)
    recordings: list[dict[str, Any]] = field(default_factory=list)
    media: bytes = b""
    silent: bool = False
    on_create: Any = None

    def will_answer(self, status: int, body: Any) -> None:
        """The answer to the next request."""
        self.answers.append((status, body))

    def will_refuse(self, status: int, code: int, message: str) -> None:
        """The next request is refused as Twilio refuses."""
        more = f"https://www.twilio.com/docs/errors/{code}"
        self.will_answer(status, {"code": code, "message": message, "more_info": more, "status": status})

    def created(self) -> list[Request]:
        """The calls asked for."""
        return [one for one in self.requests if one.method == "POST" and one.path.endswith("/Calls.json")]

    def updates(self) -> list[Request]:
        """The updates of live calls."""
        return [one for one in self.requests if one.method == "POST" and "/Calls/CA" in one.path]

    def add_call(self, *, to: str, status: str = "queued", duration: str | None = None, created: Any = None) -> str:
        """A call the carrier knows; its sid."""
        sid = f"CA{len(self.calls) + 1:032x}"
        self.calls[sid] = {
            "sid": sid,
            "account_sid": ACCOUNT,
            "to": to,
            "from": FROM_NUMBER,
            "status": status,
            "direction": "outbound-api",
            "duration": duration,
            "date_created": format_datetime(created or now()),
            "date_updated": None,
            "start_time": None,
            "end_time": None,
        }
        return sid


class _Handler(BaseHTTPRequestHandler):
    carrier: Carrier
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._take("GET", b"")

    def do_POST(self) -> None:
        self._take("POST", self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _take(self, method: str, body: bytes) -> None:
        parts = urlsplit(self.path)
        lists = parse_qs(body.decode() or parts.query, keep_blank_values=True)
        form = {name: values[0] for name, values in lists.items()}
        self.carrier.requests.append(Request(method, parts.path, form, lists, self.headers.get("Authorization", "")))
        if self.carrier.silent:
            time.sleep(0.5)  # longer than the client of these tests waits
            self.close_connection = True
            return
        self._answer(method, parts.path, form)

    def _answer(self, method: str, path: str, form: dict[str, str]) -> None:
        carrier = self.carrier
        if carrier.answers:
            status, body = carrier.answers.pop(0)
            return self._send(status, body)
        if path.endswith(".wav"):
            return self._send(200, carrier.media) if carrier.media else self._send(404, {"status": 404})
        if method == "POST" and path.endswith("/Calls.json"):
            sid = carrier.add_call(to=form["To"])
            if carrier.on_create:
                carrier.on_create(sid, form)
            return self._send(201, carrier.calls[sid])
        if path.endswith("/Calls.json"):
            found = [call for call in carrier.calls.values() if form.get("To") in (None, call["to"])]
            return self._send(200, {"calls": found[::-1], "next_page_uri": None, "page": 0, "page_size": 50})
        if path.endswith("/Recordings.json"):
            return self._send(200, {"recordings": carrier.recordings, "next_page_uri": None, "page": 0})
        sid = path.rpartition("/")[2].removesuffix(".json")
        if sid not in carrier.calls:
            return self._send(404, {"code": 20404, "message": "not found", "more_info": "", "status": 404})
        if form.get("Status") == "completed":
            carrier.calls[sid]["status"] = "completed"
        return self._send(200, carrier.calls[sid])

    def _send(self, status: int, body: Any) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@contextmanager
def running_carrier() -> Iterator[Carrier]:
    """The carrier on a free port of loopback."""
    carrier = Carrier()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"carrier": carrier}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    carrier.base_url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield carrier
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sign(url: str, form: dict[str, str], *, token: str = TOKEN) -> str:
    """X-Twilio-Signature, by the published steps and not by the library under test."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def hook(client: Client, name: str, *args: Any, signature: str | None = None, **form: str) -> Any:
    """Post a webhook as the carrier does: signed, unless another signature is given."""
    path = reverse(name, args=args)
    signed = sign(settings.PUBLIC_URL + path, form) if signature is None else signature
    return client.post(path, form, headers={"X-Twilio-Signature": signed} if signed else {})
