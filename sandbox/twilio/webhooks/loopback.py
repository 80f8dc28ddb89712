"""An app on this machine that writes https or wss, as Twilio needs it, and has no TLS: how to tell. Pure."""

import ssl
from collections.abc import Iterator

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def is_loopback(host: str | None) -> bool:
    """Whether that host is this machine."""
    name = (host or "").strip("[]").lower()
    return name in _LOOPBACK or name.endswith(".localhost") or name.startswith("127.")


def is_no_tls(error: BaseException) -> bool:
    """Whether the other side answered, or hung up, in something else than TLS. A bad certificate is TLS."""
    if caused_by(error, ssl.SSLCertVerificationError):
        return False
    return caused_by(error, ssl.SSLError) or caused_by(error, ConnectionResetError) or caused_by(error, EOFError)


def caused_by(error: BaseException, kind: type[BaseException]) -> bool:
    return any(isinstance(one, kind) for one in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and all that led to it."""
    seen: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in seen:
        seen.append(following)
        yield following
        following = following.__cause__ or following.__context__
