"""`DATABASE_URL` as Django's settings of a database.

A password may hold whatever a password generator puts there, `/`, `#`, `?`, `:` and `@` included: it goes from the
first colon to the last `@`. Only `%` has a meaning (`%40` is `@`).
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

POSTGRES = frozenset({"postgres", "postgresql", "psql", "pgsql"})
FORM = re.compile(
    r"(?P<scheme>\w+)://(?:(?P<user>[^:/@?#]*)(?::(?P<password>.*))?@)?"
    r"(?P<hosts>[^/@?#]*)(?:/(?P<name>[^/?#@]*))?(?:\?(?P<query>[^@#]*))?"
)
HOST = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]\s]*)(?::(?P<port>\d{1,5}))?", re.ASCII)
OF_DJANGO: dict[str, Callable[[str], Any]] = {
    "conn_max_age": int,
    "conn_health_checks": lambda text: text.lower() in ("1", "true", "yes", "on"),
}


def database_settings(url: str, *, base_dir: Path) -> dict[str, Any]:
    """Django's settings for that URL. Raises ValueError when it names no database that Ringside runs on."""
    if url.startswith("sqlite:"):
        return sqlite(_sqlite_path(url, base_dir))
    found = FORM.fullmatch(url)
    if found is None or found["scheme"].lower() not in POSTGRES or not found["name"]:
        raise ValueError
    hosts = [_host(each) for each in (found["hosts"] or "").split(",")]
    django, options = _options(found["query"] or "")
    return {
        "ENGINE": "calls.database.postgresql",
        "NAME": unquote(found["name"]),
        "USER": unquote(found["user"] or ""),
        "PASSWORD": unquote(found["password"] or ""),
        "HOST": ",".join(host for host, _ in hosts),
        "PORT": ",".join(port for _, port in hosts) if any(port for _, port in hosts) else "",
        "OPTIONS": options,
        **django,
    }


def sqlite(path: str) -> dict[str, Any]:
    """Django's settings for SQLite as Ringside uses it."""
    return {
        "ENGINE": "calls.database.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,  # a thread keeps its connection: making one costs more than a turn's rows
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",  # a writer waits at BEGIN instead of failing at COMMIT
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }


def _sqlite_path(url: str, base_dir: Path) -> str:
    """The file of `sqlite:////absolute` or `sqlite:///beside/manage.py`, taken as it is written."""
    rest = url.removeprefix("sqlite:")
    if rest in ("//:memory:", "///:memory:"):
        return ":memory:"
    if not rest.startswith("///") or len(rest) == 3 or rest.endswith("/"):
        raise ValueError
    return str(base_dir / rest.removeprefix("///"))


def _host(text: str) -> tuple[str, str]:
    found = HOST.fullmatch(text)
    if found is None or int(found["port"] or 1) not in range(1, 65536):
        raise ValueError
    return unquote(found["host"].strip("[]")), found["port"] or ""  # %2Frun%2Fpostgresql is a socket's folder


def _options(query: str) -> tuple[dict[str, Any], dict[str, str]]:
    """What Django itself takes of the query, and the rest, which is the driver's (`sslmode`, `connect_timeout`)."""
    pairs = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    django = {name.upper(): read(pairs[name]) for name, read in OF_DJANGO.items() if name in pairs}
    return django, {name: value for name, value in pairs.items() if name not in OF_DJANGO}
