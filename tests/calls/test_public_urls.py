"""Absolute URLs for Twilio come from PUBLIC_URL alone."""

import uuid

import pytest
from pytest_django import Settings

from calls.public_urls import callback_url, public_url, stream_url, webhook_url

CALL = uuid.UUID(int=7)


@pytest.fixture(autouse=True)
def _public(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://ringside.example"


def test_a_webhook_s_url_begins_with_the_public_url() -> None:
    assert webhook_url("twilio_voice", CALL) == f"https://ringside.example/webhooks/twilio/voice/{CALL}"
    assert public_url("/api/docs") == "https://ringside.example/api/docs"


def test_a_callback_is_repeated_after_a_timeout_or_an_error_of_ours() -> None:
    url, _, retries = callback_url("twilio_status", CALL).partition("#")
    assert url == webhook_url("twilio_status", CALL)
    assert retries == "rc=2&rp=ct,rt,5xx"


@pytest.mark.parametrize(
    ("public", "stream"), [("https://a.example", "wss://a.example"), ("http://a.example", "ws://a.example")]
)
def test_media_streams_connect_over_tls_where_the_web_does(settings: Settings, public: str, stream: str) -> None:
    settings.PUBLIC_URL = public
    assert stream_url() == f"{stream}/api/realtime/media-stream"
