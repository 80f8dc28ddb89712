"""Database addresses, with passwords as generators make them."""

import string
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realestate.database_url import database_settings

HERE = Path("/srv/ringside")


@pytest.mark.parametrize(
    "password",
    ["s3cret", "pa/ss", "a#b", "a?b", "a:b", "a@b", "a@/b:c", "$q", "", "a b", "'\"", "p[a]ss", "a&b=c", "é"],
)
@pytest.mark.parametrize("tail", ["db.internal:5433/ring", "db.internal/ring", "[2001:db8::1]:5432/ring"])
def test_a_password_is_what_it_is(password: str, tail: str) -> None:
    found = database_settings(f"postgres://ring:{password}@{tail}?sslmode=require", base_dir=HERE)
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("ring", password, "ring")
    assert found["HOST"] == tail.rpartition("/")[0].split("]")[0].strip("[") or found["HOST"] == "db.internal"
    assert found["OPTIONS"] == {"sslmode": "require"}


@given(
    st.text(string.printable.replace("%", ""), min_size=1).filter(lambda text: "\n" not in text and "\r" not in text)
)
def test_any_password_of_one_line_is_read(password: str) -> None:
    found = database_settings(f"postgres://ring:{password}@db:5432/ring", base_dir=HERE)
    assert (found["PASSWORD"], found["HOST"], found["PORT"]) == (password, "db", "5432")


@given(st.text(min_size=1, max_size=20))
def test_any_password_at_all_is_read_when_it_is_quoted(password: str) -> None:
    found = database_settings(f"postgres://ring:{quote(password, safe='', errors='replace')}@db/ring", base_dir=HERE)
    assert found["PASSWORD"] == password.encode(errors="replace").decode()


def test_what_stands_in_the_query_is_djangos_or_the_drivers() -> None:
    url = "postgresql://u@/ring?host=/run/postgresql&conn_max_age=60&conn_health_checks=on&options=-c%20a%3Db"
    found = database_settings(url, base_dir=HERE)
    assert (found["CONN_MAX_AGE"], found["CONN_HEALTH_CHECKS"]) == (60, True)
    assert found["OPTIONS"] == {"host": "/run/postgresql", "options": "-c a=b"}
    assert (found["HOST"], found["PASSWORD"]) == ("", "")


def test_a_socket_and_several_hosts_are_the_drivers_own_forms() -> None:
    assert database_settings("postgres://u:p@%2Frun%2Fpg/ring", base_dir=HERE)["HOST"] == "/run/pg"
    two = database_settings("postgres://u:p@a:1,b:2/ring", base_dir=HERE)
    assert (two["HOST"], two["PORT"]) == ("a,b", "1,2")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:////var/lib/ring.sqlite3", "/var/lib/ring.sqlite3"),
        ("sqlite:///var/ring.sqlite3", "/srv/ringside/var/ring.sqlite3"),
        ("sqlite:////data #1/50%?/ring.sqlite3", "/data #1/50%?/ring.sqlite3"),
        ("sqlite://:memory:", ":memory:"),
    ],
)
def test_a_file_is_taken_as_it_is_written(url: str, path: str) -> None:
    found = database_settings(url, base_dir=HERE)
    assert found["NAME"] == path
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize(
    "url",
    [
        *("mysql://u:p@h/db", "postgres://u:p@h", "postgres://u:p@h/", "postgres:/u:p@h/db", "u:p@h/db", "postgres"),
        *("postgres://u:p@h:port/db", "postgres://u:p@h:0/db", "postgres://u:p@h:70000/db", "postgres://u:p@h/db/x"),
        *("sqlite://", "sqlite:///", "sqlite:////data/", "sqlite://ring.sqlite3", "sqlite:ring"),
        *("postgres://u:p@h/db?sslmode", "postgres://u:p@h/db?conn_max_age=soon"),
    ],
)
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the reader of settings says the rest
        database_settings(url, base_dir=HERE)
