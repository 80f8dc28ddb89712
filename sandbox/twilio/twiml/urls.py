"""Resolves URLs as apps write them: which are valid, and what a relative one means. Pure."""

from urllib.parse import SplitResult, urljoin, urlsplit

from sandbox.twilio.twiml.document import TwimlError


def read(url: str) -> SplitResult | None:
    """The URL's parts, or None when it has no host or is not a URL: ``http://[x``, a port of 99999."""
    try:
        parts = urlsplit(url)
        return parts if parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def is_web(url: str) -> bool:
    parts = read(url)
    return parts is not None and parts.scheme in ("http", "https")


def joined(base: str, address: str) -> str:
    """``address`` made absolute against ``base``. Raises TwimlError 11100 when that fails."""
    try:
        absolute = urljoin(base, address)
    except ValueError:
        absolute = ""
    if read(absolute) is None:
        raise TwimlError(11100, f"Invalid URL format: {address!r} as seen from {base or 'a document without a URL'}")
    return absolute
