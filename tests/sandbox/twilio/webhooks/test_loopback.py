"""Apps on this machine that write https and have no TLS."""

import ssl

import pytest

from sandbox.twilio.webhooks.loopback import caused_by, is_loopback, is_no_tls


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.8.8.8", "App.Localhost"])
def test_this_machine_is_known_by_its_names(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["example.com", "192.168.0.1", "localhost.example.com", "", None])
def test_another_machine_is_not(host):
    assert not is_loopback(host)


def raised_from(*causes):
    """An error whose causes are these, the last one first."""
    last = None
    for cause in reversed(causes):
        cause.__cause__ = last
        last = cause
    return causes[0]


def test_what_answers_in_something_else_has_no_tls_and_a_bad_certificate_is_tls():
    assert is_no_tls(raised_from(OSError("x"), ssl.SSLError(1, "WRONG_VERSION_NUMBER")))
    assert is_no_tls(ConnectionResetError())
    assert not is_no_tls(raised_from(OSError("x"), ssl.SSLCertVerificationError(1, "self-signed")))
    assert not is_no_tls(ConnectionRefusedError())


def test_a_circle_of_causes_ends():
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert caused_by(one, KeyError)
    assert not caused_by(one, OSError)
