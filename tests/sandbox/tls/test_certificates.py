"""The certificates made at start."""

import contextlib
import socket
import ssl
import threading

import pytest

from sandbox.tls.certificates import AUTHORITY, CERTIFICATE, KEY, Certificates, server_context


def shaken(folder, trust, name):
    """The name on the certificate after a real TLS handshake over a pair of sockets. Raises ssl.SSLError."""
    ours, theirs = socket.socketpair()

    def serve():
        tls = server_context(folder)
        with theirs, contextlib.suppress(OSError), tls.wrap_socket(theirs, server_side=True) as secured:
            secured.recv(1)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with trust.wrap_socket(ours, server_hostname=name) as secured:
            secured.send(b".")
            return dict(secured.getpeercert()["subject"][0])["commonName"]
    finally:
        ours.close()
        thread.join()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1", "sandbox.test", "192.0.2.7"])
def test_who_trusts_the_authority_trusts_this_machine_by_all_its_names(tmp_path, name):
    Certificates(["sandbox.test", "192.0.2.7"]).save(tmp_path)
    trust = ssl.create_default_context(cafile=str(tmp_path / AUTHORITY))
    assert shaken(tmp_path, trust, name) == "localhost"


def test_another_name_or_another_authority_is_not_trusted(tmp_path):
    ours = Certificates()
    ours.save(tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(tmp_path, ours.trust, "example.com")
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(tmp_path, Certificates().trust, "localhost")


def test_the_key_is_its_owners_and_the_authoritys_is_not_written(tmp_path):
    folder = tmp_path / "new"
    Certificates().save(folder)
    Certificates().save(folder)
    assert (folder / KEY).stat().st_mode & 0o777 == 0o600
    assert {file.name for file in folder.iterdir()} == {AUTHORITY, CERTIFICATE, KEY}
