"""URLs as apps write them."""

import pytest

from sandbox.twilio.twiml import TwimlError
from sandbox.twilio.twiml.urls import is_web, joined


@pytest.mark.parametrize(
    ("address", "absolute"),
    [("/next", "https://app/next"), ("more?x=1", "https://app/voice/more?x=1"), ("wss://other/s", "wss://other/s")],
)
def test_a_relative_url_is_seen_from_its_document(address, absolute):
    assert joined("https://app/voice/first", address) == absolute


@pytest.mark.parametrize("address", ["http://[x", "http://host:99999/", "http://"])
def test_what_is_no_url_is_refused(address):
    assert not is_web(address)
    with pytest.raises(TwimlError):
        joined("", address)


def test_only_http_is_the_web():
    assert is_web("https://app/voice")
    assert not is_web("ftp://app/voice")
