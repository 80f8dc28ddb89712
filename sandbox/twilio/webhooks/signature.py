"""Computes X-Twilio-Signature, written from the published steps and not from any library.

https://www.twilio.com/docs/usage/security#validating-requests
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit, urlunsplit


def public_form(url: str) -> str:
    """The URL as Twilio signs it: no fragment, no user, no port over TLS; everything else as configured."""
    parts = urlsplit(url)
    return urlunsplit(SplitResult(parts.scheme, _signed_host(parts), parts.path, parts.query, ""))


def _signed_host(parts: SplitResult) -> str:
    host = parts.netloc.rpartition("@")[2]
    secure = parts.scheme in ("https", "wss")
    return host.rsplit(":", 1)[0] if secure and parts.port else host


def sign(token: str, url: str, form: Iterable[tuple[str, str]] = ()) -> str:
    """The header's value for a form POST, or, without ``form``, for a GET or a WebSocket handshake.

    Each distinct pair counts once, in byte order of name then value; an empty value leaves its name alone.
    """
    message = public_form(url) + "".join(name + value for name, value in sorted(set(form)))
    digest = hmac.new(token.encode(), message.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
