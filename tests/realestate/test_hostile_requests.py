"""Requests of strangers with strange addresses and headers: an answer below 500, and not much work."""

import uuid
from time import process_time

import pytest
from django.test import Client

DIGITS = "9" * 5000
NOBODY = uuid.UUID("6e9e7ae5-0000-4000-8000-000000000000")
ADDRESSES = (
    *("/", "/login/", f"/login/?next={'/' * 5000}", f"/login/?next=http://[{'a' * 3000}", "/admin/login/", "/%ff%fe"),
    *(
        "/api/calls",
        f"/api/calls/{DIGITS}",
        "/api/calls/%00/initiate",
        f"/recordings/{DIGITS}/audio",
        f"/calls/{NOBODY}",
    ),
    *("/static/../manage.py", "/static/%2e%2e/manage.py", "/static//etc/passwd", f"/static/{'a/' * 3000}"),
    *(f"/speech/{'0' * 64}.wav", "/speech/a%00.wav", "/webhooks/twilio/inbound", f"/webhooks/twilio/voice/{NOBODY}"),
    *(f"/webhooks/twilio/gather/{NOBODY}/{DIGITS}", f"/webhooks/twilio/gather/{NOBODY}/{DIGITS}/partial"),
)
HEADERS = {
    "range": ("Range", f"bytes=0-{DIGITS}"),
    "date": ("If-Modified-Since", "Mon, 99 Foo 99999999999999999999 99:99:99 GMT"),
    "tag": ("If-None-Match", '"' * 20_000),
    "encoding": ("Accept-Encoding", "gzip;" * 5000),
    "accept": ("Accept", "a/b;" * 8000),
    "cookies": ("Cookie", ";" * 30_000),
    "quoted cookie": ("Cookie", 'a="' + "\\" * 30_000),
    "session": ("Cookie", "sessionid=" + "a" * 20_000),
    "token": ("Authorization", "Bearer " + "x" * 30_000),
    "basic": ("Authorization", "Basic ===="),
    "host": ("Host", "a" * 10_000),
    "half an address": ("Host", "[::1"),
    "proxies": ("X-Forwarded-For", "," * 20_000),
    "signature": ("X-Twilio-Signature", "é\0" * 1000),
    "origin": ("Origin", "http://[" + "a" * 1000),
    "referer": ("Referer", "http://[" + "/" * 10_000),
}
FORM = "application/x-www-form-urlencoded"


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "value"), HEADERS.values(), ids=HEADERS)
def test_a_strangers_request_is_answered_and_costs_little(name: str, value: str) -> None:
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    client.get("/login/")
    for address in ADDRESSES:
        began = process_time()
        answers = [
            client.get(address, headers={name: value}),
            client.post(address, b"a=%00&" * 900, content_type=FORM, headers={name: value}),
        ]
        assert [answer.status_code for answer in answers if answer.status_code >= 500] == [], address
        assert process_time() - began < 1.0, address


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["multipart/form-data", "text/html; charset=" + "x" * 5000, "application/json", ""])
def test_a_body_of_a_strange_kind_is_answered(kind: str) -> None:
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    for address in ADDRESSES:
        assert client.generic("POST", address, b"--a\r\n\0{[" * 500, content_type=kind).status_code < 500, address
