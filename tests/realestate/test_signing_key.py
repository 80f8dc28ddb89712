"""Which keys may sign in production."""

import secrets

import pytest

from realestate.signing_key import DEVELOPMENT_KEY, is_on_this_machine, why_not


@pytest.mark.parametrize(
    ("key", "host", "said"),
    [
        (DEVELOPMENT_KEY, "ringside.example", "is the published development key"),
        (DEVELOPMENT_KEY, "127.0.0.1", "is the published development key"),
        ("changeme", "ringside.example", "is a secret of 8 characters that can be guessed"),
        ("x" * 64, "ringside.example", "can be guessed"),
        ("django-insecure-" + "abcdefghij" * 4, "ringside.example", "can be guessed"),
        ("build", "localhost", ""),
    ],
)
def test_production_refuses_a_key_that_others_know(key: str, host: str, said: str) -> None:
    why = why_not(key, is_production=True, host=host)
    assert why.startswith(said) if said.startswith("is") else said in why
    assert bool(why) == bool(said)
    assert key not in why
    assert why_not(key, is_production=False, host=host) == ""


def test_a_key_of_ones_own_is_fine() -> None:
    assert why_not(secrets.token_urlsafe(48), is_production=True, host="ringside.example") == ""


@pytest.mark.parametrize(
    ("host", "here"),
    [
        *(("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("localhost", True), ("ring.localhost", True)),
        *(("192.168.1.4", False), ("10.0.0.2", False), ("ringside.example", False), ("localhost.example", False)),
    ],
)
def test_only_the_loopback_is_this_machine(host: str, here: bool) -> None:
    assert is_on_this_machine(host) is here
