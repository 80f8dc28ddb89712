"""What a setting may hold: for each kind how its text is read, and in words what is allowed.

A reader raises ValueError for a wrong text, and a `Hint` when it can tell what was probably meant.
"""

import difflib
import ipaddress
import math
import re
import unicodedata
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit

import phonenumbers

from realestate.database_url import database_settings

FLAGS = {
    **dict.fromkeys(("true", "t", "yes", "y", "on", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "off", "0"), False),
}
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LEVELS_SAID_OTHERWISE = {"WARN": "WARNING", "FATAL": "CRITICAL"}
DEFAULT_PORTS = {"http": 80, "https": 443}
LABEL = r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?"  # an underscore is not a host's, but the check says so in its own words
HOST = re.compile(rf"{LABEL}(?:\.{LABEL})*\.?|\[[0-9a-f:.]+\]", re.ASCII)


class Hint(ValueError):
    """A wrong text, and what may have been meant."""


@dataclass(frozen=True, slots=True)
class Kind[T]:
    """How a setting's text is read, what is allowed in words, and whether the text must not be shown."""

    read: Callable[[str], T]
    allowed: str
    is_secret: bool = False


def flag() -> Kind[bool]:
    """True or false."""
    return Kind(lambda text: _one(FLAGS, text.lower()), "true or false")


def whole(least: int, most: int, unit: str = "") -> Kind[int]:
    """A whole number without its unit."""
    return Kind(partial(_whole, least=least, most=most), f"a whole number{_of(unit)} from {least} to {most}")


def number(least: float, most: float, unit: str = "") -> Kind[float]:
    """A finite number without its unit."""
    return Kind(partial(_number, least=least, most=most), f"a number{_of(unit)} from {least:g} to {most:g}")


def text(longest: int) -> Kind[str]:
    """Words on one line."""
    return Kind(partial(_text, longest=longest), f"one line of at most {longest} printable characters")


def word(pattern: str, allowed: str) -> Kind[str]:
    """One word of a known form."""
    return Kind(partial(_matched, pattern=re.compile(pattern, re.ASCII)), allowed)


def one_of(*names: str) -> Kind[str]:
    """One of a few words, in small letters or capitals."""
    return Kind(lambda text: _one({name: name for name in names}, text.lower()), f"one of {', '.join(names)}")


def secret() -> Kind[str]:
    """A key or token; what it holds is never shown."""
    return Kind(_secret, "one word of ASCII letters, digits and signs, with no blank in it", is_secret=True)


def signing_key() -> Kind[str]:
    """Django's key, which may be any line."""
    return Kind(partial(_text, longest=1000), "one line of at most 1000 printable characters", is_secret=True)


def log_level() -> Kind[str]:
    """A level of Python's logging, in capitals."""
    return Kind(lambda text: _one(dict(zip(LEVELS, LEVELS, strict=True)), _level(text)), f"one of {', '.join(LEVELS)}")


def zone() -> Kind[str]:
    """A zone with its daylight saving time, by its IANA name."""
    return Kind(_zone, "an IANA time zone such as America/Chicago, or UTC")


def phone() -> Kind[str]:
    """A phone number, given as E.164."""
    return Kind(_phone, "a phone number in E.164, e.g. +15125550100")


def phone_lines() -> Kind[dict[str, str]]:
    """Personas, each with its phone numbers: `buyer=+15125550181 +15125550182,seller=+15125550184`."""
    return Kind(_phone_lines, "persona=+15125550181 +15125550182,other=+15125550183, each number in E.164")


def public_url() -> Kind[str]:
    """The address of a site: a scheme and a host, no path."""
    return Kind(_public_url, "http(s)://host[:port] without a path, e.g. https://ringside.example")


def service_url() -> Kind[str]:
    """The address of a service, perhaps below a path."""
    return Kind(_service_url, "http(s)://host[:port][/path]")


def redis_url() -> Kind[str]:
    """The address of Redis."""
    return Kind(_redis_url, "redis://[user:password@]host[:port][/number], or rediss:// or unix://", is_secret=True)


def database_url(base_dir: Path) -> Kind[dict[str, Any]]:
    """The address of the database, as Django's settings of it."""
    allowed = "postgres://user:password@host[:port]/name (in a password, write % as %25), or sqlite:////path/of/file"
    return Kind(partial(database_settings, base_dir=base_dir), allowed, is_secret=True)


def hosts() -> Kind[list[str]]:
    """Names of hosts, separated by commas or blanks."""
    return Kind(_hosts, "host names separated by commas, each without scheme, port or path")


def proxies() -> Kind[str]:
    """Addresses of proxies, as uvicorn wants them."""
    return Kind(_proxies, "IP addresses or networks separated by commas, e.g. 10.0.0.2, or *")


def folder(base_dir: Path) -> Kind[Path]:
    """A folder, which need not be there yet; a relative one is beside manage.py."""
    return Kind(partial(_folder, base_dir=base_dir), "a folder, absolute or beside manage.py")


def _of(unit: str) -> str:
    return f" of {unit} (without the unit)" if unit else ""


def _one[T](choices: dict[str, T], text: str) -> T:
    if text not in choices:
        raise ValueError
    return choices[text]


def _level(text: str) -> str:
    return LEVELS_SAID_OTHERWISE.get(text.upper(), text.upper())


def _whole(text: str, *, least: int, most: int) -> int:
    if not re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII) or not least <= int(text) <= most:
        raise ValueError
    return int(text)


def _number(text: str, *, least: float, most: float) -> float:
    if not re.fullmatch(r"[+-]?(\d{1,18}\.?\d{0,18}|\.\d{1,18})", text, re.ASCII):
        raise ValueError
    value = float(text)
    if not math.isfinite(value) or not least <= value <= most:
        raise ValueError
    return value


def _text(text: str, *, longest: int) -> str:
    if len(text) > longest or any(unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co") for sign in text):
        raise ValueError
    return text


def _matched(text: str, *, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(text):
        raise ValueError
    return text


def _secret(text: str) -> str:
    if not re.fullmatch(r"[!-~]{1,2000}", text, re.ASCII):
        raise ValueError
    return text


def _zone(text: str) -> str:
    zones = zoneinfo.available_timezones()
    if text == "UTC" or ("/" in text and text in zones):
        return text
    cities = {name.lower(): name for name in sorted(zones) if "/" in name}
    near = difflib.get_close_matches(text.lower().replace(" ", "_"), cities, n=1)
    raise Hint(f"did you mean {cities[near[0]]}?") if near else ValueError


def _phone(text: str) -> str:
    try:
        parsed = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException as error:
        raise ValueError from error
    plain = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if parsed.extension or not phonenumbers.is_possible_number(parsed) or not re.fullmatch(r"[+\d\s().-]+", text):
        raise ValueError
    if not text.startswith("+"):
        raise Hint(f"did you mean {plain}?")
    return plain


def _phone_lines(text: str) -> dict[str, str]:
    lines: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        persona, separator, numbers = part.partition("=")
        persona = persona.strip()
        if not separator or not re.fullmatch(r"\w+", persona) or persona in lines or not numbers.split():
            raise ValueError
        lines[persona] = " ".join(_phone(number) for number in numbers.split())
    return lines


def _split(text: str) -> SplitResult:
    """The parts of a URL, scheme and host in small letters. Raises ValueError when host or port is none."""
    parts = urlsplit(text)
    if re.search(r"\s", text) or not HOST.fullmatch(_bracketed(parts.hostname or "")):
        raise ValueError
    if parts.port == 0 or parts.netloc.endswith(":") or "@" in parts.netloc:
        raise ValueError
    if "[" in parts.netloc:
        ipaddress.IPv6Address(parts.hostname or "")
    return parts


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _address(parts: SplitResult) -> str:
    if parts.scheme not in DEFAULT_PORTS:
        raise ValueError
    host = _bracketed(parts.hostname or "")
    port = "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def _public_url(text: str) -> str:
    parts = _split(text)
    if parts.path.strip("/") or parts.query or parts.fragment or "?" in text or "#" in text:
        raise ValueError
    return _address(parts)


def _service_url(text: str) -> str:
    parts = _split(text)
    if "?" in text or "#" in text:
        raise ValueError
    return _address(parts) + parts.path.rstrip("/")


def _redis_url(text: str) -> str:
    """The URL with its password quoted: it goes to the last `@`, whatever is in it."""
    found = re.fullmatch(r"(rediss?|unix)://(?:([^:/@]*):(.*)@)?([^@]*)", text)
    if found is None or re.search(r"\s", found[4]):
        raise ValueError
    scheme, user, password, place = found.groups()
    parts = urlsplit(f"{scheme}://{place}")
    if not (parts.path if scheme == "unix" else parts.hostname) or parts.port == 0:
        raise ValueError
    login = "" if password is None else f"{user}:{quote(unquote(password), safe='')}@"
    return f"{scheme}://{login}{place}"


def _hosts(text: str) -> list[str]:
    names = [name.lower() for name in re.split(r"[\s,]+", text) if name]
    for name in names:
        if name != "*" and not HOST.fullmatch(name.removeprefix(".")):
            raise ValueError
    return names


def _proxies(text: str) -> str:
    names = [name for name in re.split(r"[\s,]+", text) if name]
    networks = [ipaddress.ip_network(name, strict=False) for name in names if name != "*"]
    if "*" in names:
        return "*"
    return ",".join(str(each if each.num_addresses > 1 else each.network_address) for each in networks)


def _folder(text: str, *, base_dir: Path) -> Path:
    try:
        path = (base_dir / Path(text).expanduser()).absolute()
    except RuntimeError as error:  # ~ of a user there is not
        raise ValueError from error
    if any(each.exists() and not each.is_dir() for each in (path, *path.parents)):
        raise Hint("there is a file of that name")
    return path
