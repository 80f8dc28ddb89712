"""May this key sign sessions and booking slots? The one that is published with the code must not, in production."""

from ipaddress import ip_address

DEVELOPMENT_KEY = "ringside-development-key-not-for-production-0123456789abcdef"
SHORTEST = 32  # characters; a key made as `HOW` says has 64
FEWEST_DIFFERENT = 8
HOW = 'one of your own, made by: python -c "import secrets; print(secrets.token_urlsafe(48))"'


def why_not(key: str, *, is_production: bool, host: str) -> str:
    """Why Ringside must not start with that key, or "". A weak one will do while nobody else can reach the host."""
    if not is_production:
        return ""
    if key == DEVELOPMENT_KEY:
        return f"is the published development key; allowed in production: {HOW}"
    if not is_on_this_machine(host) and _is_weak(key):
        return f"is a secret of {len(key)} characters that can be guessed; allowed in production: {HOW}"
    return ""


def is_on_this_machine(host: str) -> bool:
    """Whether that host is reached from this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _is_weak(key: str) -> bool:
    return len(key) < SHORTEST or len(set(key)) < FEWEST_DIFFERENT or key.startswith("django-insecure-")
