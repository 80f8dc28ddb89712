"""Guessing passwords is slowed by name and by address, and no stranger's failures keep an owner out."""

import logging
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from realestate.asgi import visited
from realestate.login_guard import COOKIE, PER_ADDRESS, PER_NAME, PER_NAME_AND_ADDRESS, client_address

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
PROXY = "10.0.0.2"


@pytest.fixture(autouse=True)
def owner(settings: Settings) -> User:
    return User.objects.create_user("olga", password=PASSWORD, is_staff=True)


def attempt(name: str, password: str, *, address: str = PROXY, browser: Client | None = None, **headers: str) -> Any:
    client = browser or Client()
    return client.post(
        "/login/", {"username": name, "password": password}, REMOTE_ADDR=address, headers=headers or None
    )


def is_let_in(response: HttpResponse) -> bool:
    return response.status_code == 302


def is_locked(response: HttpResponse) -> bool:
    return response.status_code == 429


def fail(times: int, name: str = "olga", **more: Any) -> list[int]:
    return [attempt(name, "wrong", **more).status_code for _ in range(times)]


def test_a_name_is_locked_for_the_address_that_failed_ten_times_and_for_no_other() -> None:
    assert fail(PER_NAME_AND_ADDRESS, address="203.0.113.5") == [200] * (PER_NAME_AND_ADDRESS - 1) + [429]
    assert is_locked(attempt("olga", PASSWORD, address="203.0.113.5"))
    assert is_let_in(attempt("olga", PASSWORD, address="203.0.113.6"))


def test_many_names_from_one_address_are_limited() -> None:
    codes = [attempt(f"user{number}", "wrong", address="203.0.113.5").status_code for number in range(25)]
    assert codes == [200] * (PER_ADDRESS - 1) + [429] * (25 - PER_ADDRESS + 1)
    assert is_locked(attempt("olga", PASSWORD, address="203.0.113.5"))
    assert is_let_in(attempt("olga", PASSWORD, address="203.0.113.6"))


def test_one_name_from_ever_new_addresses_is_limited() -> None:
    codes = [
        attempt("olga", "wrong", address=f"203.0.{n // 200}.{n % 200 + 1}").status_code for n in range(PER_NAME + 5)
    ]
    assert codes == [200] * (PER_NAME - 1) + [429] * 6


def test_ever_new_addresses_of_one_ipv6_customer_are_one() -> None:
    codes = [attempt("olga", "wrong", address=f"2001:db8:1:2::{n:x}").status_code for n in range(1, 12)]
    assert codes[PER_NAME_AND_ADDRESS - 1 :] == [429, 429]
    assert is_let_in(attempt("olga", PASSWORD, address="2001:db8:1:3::1"))


def test_behind_a_proxy_that_nobody_named_a_stranger_does_not_lock_out_a_known_browser() -> None:
    browser = Client()
    assert is_let_in(attempt("olga", PASSWORD, browser=browser))
    browser.post("/logout/")
    fail(PER_NAME_AND_ADDRESS)
    for name in ("other1", "other2"):
        fail(PER_NAME_AND_ADDRESS, name)
    assert is_locked(attempt("olga", PASSWORD))
    assert is_let_in(attempt("olga", PASSWORD, browser=browser))


def test_a_known_browser_has_ten_tries_too_and_for_its_own_name_only() -> None:
    browser = Client()
    attempt("olga", PASSWORD, browser=browser)
    known = browser.cookies[COOKIE].value
    thief = Client()
    thief.cookies[COOKIE] = known
    assert fail(PER_NAME_AND_ADDRESS + 1, browser=thief)[-2:] == [429, 429]
    assert is_let_in(attempt("olga", PASSWORD))
    assert fail(PER_NAME_AND_ADDRESS, "ana", browser=thief)[-1] == 429


@pytest.mark.parametrize("cookie", ["olga", "olga:1:x", "", "\x00"])
def test_a_cookie_of_ones_own_making_is_none(cookie: str) -> None:
    stranger = Client()
    stranger.cookies[COOKIE] = cookie
    assert fail(PER_NAME_AND_ADDRESS, browser=stranger)[-1] == 429


def test_who_calls_itself_a_known_device_is_a_stranger() -> None:
    assert fail(PER_NAME_AND_ADDRESS, **{"User-Agent": "known device x"})[-1] == 429
    assert not AccessAttempt.objects.filter(user_agent__startswith="known device").exists()


def test_the_cookie_is_kept_from_scripts_and_other_sites(settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    browser = Client()
    attempt("olga", PASSWORD, browser=browser)
    cookie = browser.cookies[COOKIE]
    assert cookie["httponly"] is True
    assert cookie["secure"] is True
    assert cookie["samesite"] == "Lax"
    assert COOKIE not in attempt("olga", "wrong").cookies


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("unknown", None),
        ("", None),
    ],
)
def test_what_is_no_address_is_counted_by_name_alone(peer: str, counted: str | None) -> None:
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=peer)) == counted
    assert fail(PER_NAME_AND_ADDRESS, address=peer)[-1] == (429 if counted else 200)


def test_the_log_names_nobody(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="axes"):
        fail(PER_NAME_AND_ADDRESS, address="203.0.113.5")
    assert caplog.records
    assert "olga" not in caplog.text
    assert "203.0.113.5" not in caplog.text


async def test_a_proxy_named_in_the_settings_is_believed(settings: Settings) -> None:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"][0])

    believing = type(visited)(app, trusted_hosts="10.0.0.0/8")
    for peer in ("10.0.0.2", "203.0.113.9"):
        headers = [(b"x-forwarded-for", b"1.2.3.4, 198.51.100.7")]
        await believing({"type": "http", "client": (peer, 1), "headers": headers}, None, None)
    assert seen == ["198.51.100.7", "203.0.113.9"]
