"""A certificate authority of the sandbox's own, made at start, and a certificate for this machine signed by it.

Twilio streams to ``wss`` only and some clients dial nothing else. The authority's key never leaves the process; its
certificate is a file that clients are told to trust.
"""

import ipaddress
import os
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY, CERTIFICATE, KEY = "ca.pem", "localhost.pem", "localhost-key.pem"
_DAYS = 397  # the longest browsers accept
_EARLIER = timedelta(hours=1)  # for clocks that are behind
_OWN_HOSTS = ("localhost", "127.0.0.1", "::1")


class Certificates:
    """Made when first asked for. ``hosts`` are what the certificate is for besides this machine's own names."""

    def __init__(self, hosts: Iterable[str] = ()) -> None:
        self._hosts = tuple(dict.fromkeys((*_OWN_HOSTS, *filter(None, hosts))))
        self._authority_key = ec.generate_private_key(ec.SECP256R1())
        self._key = ec.generate_private_key(ec.SECP256R1())

    @cached_property
    def authority(self) -> x509.Certificate:
        """Signed by itself, and good for nothing but signing."""
        name = _named("Sandbox CA, made for one run")
        usage = x509.KeyUsage(
            digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        return (
            _begun(name, name, self._authority_key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._authority_key.public_key()), critical=False)
            .sign(self._authority_key, hashes.SHA256())
        )

    @cached_property
    def certificate(self) -> x509.Certificate:
        """The one this sandbox shows, which an app on this machine may show too."""
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._authority_key.public_key())
        return (
            _begun(_named("localhost"), self.authority.subject, self._key.public_key())
            .add_extension(x509.SubjectAlternativeName([_general(host) for host in self._hosts]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(issuer, critical=False)
            .sign(self._authority_key, hashes.SHA256())
        )

    @property
    def authority_pem(self) -> str:
        return self.authority.public_bytes(serialization.Encoding.PEM).decode()

    def save(self, folder: Path) -> None:
        """Writes ``ca.pem``, ``localhost.pem`` and ``localhost-key.pem``, the last one readable by its owner alone."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / AUTHORITY).write_text(self.authority_pem)
        (folder / CERTIFICATE).write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        key = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / KEY).unlink(missing_ok=True)
        with open(os.open(folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key)

    @cached_property
    def trust(self) -> ssl.SSLContext:
        """What the sandbox trusts as a client: what this machine trusts, and itself."""
        context = ssl.create_default_context()
        context.load_verify_locations(cadata=self.authority_pem)
        return context


def server_context(folder: Path) -> ssl.SSLContext:
    """For a server that shows the certificate saved there."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / CERTIFICATE, folder / KEY)
    return context


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + timedelta(days=_DAYS))
    )


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return x509.DNSName(host)
