"""Our signature against Twilio's published example and Twilio's own validator."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from sandbox.twilio.webhooks.signature import public_form, sign

TOKEN = "12345"
NAMES = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=12)


def test_the_documented_example_is_reproduced() -> None:
    form = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+14158675310"),
        ("Digits", "1234"),
        ("From", "+14158675310"),
        ("To", "+18005551212"),
    ]

    assert sign(TOKEN, "https://example.com/myapp.php?foo=1&bar=2", form) == "L/OH5YylLD5NRKLltdqwSvS0BnU="


@given(form=st.dictionaries(NAMES, st.text(max_size=20), max_size=8))
def test_twilios_validator_accepts_every_form(form: dict[str, str]) -> None:
    url = "http://127.0.0.1:8000/webhooks/twilio/voice/7?a=b"

    assert RequestValidator(TOKEN).validate(url, form, sign(TOKEN, url, form.items()))


@pytest.mark.parametrize(
    ("url", "signed"),
    [
        ("https://user:pw@h.example:8443/a/?q=%2F#rc=2", "https://h.example/a/?q=%2F"),
        ("http://h.example:8000/a", "http://h.example:8000/a"),
        ("wss://h.example:443/media", "wss://h.example/media"),
        ("ws://127.0.0.1:8000/media", "ws://127.0.0.1:8000/media"),
    ],
)
def test_the_url_is_signed_without_fragment_user_or_tls_port(url: str, signed: str) -> None:
    assert public_form(url) == signed


def test_an_empty_value_counts_and_a_repeated_pair_counts_once() -> None:
    url = "http://h.example/"

    assert sign(TOKEN, url, [("A", "")]) == sign(TOKEN, url, [("A", ""), ("A", "")]) != sign(TOKEN, url)
