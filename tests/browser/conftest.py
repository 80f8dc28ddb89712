"""A real Chromium, and Ringside's web process beside it on the tests' database."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, sync_playwright

from tests.calls.carrier_stub import ACCOUNT, FROM_NUMBER, TOKEN, Carrier, running_carrier

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
# A dot that pulses as long as a page is open keeps a core busy where no graphics card draws it.
STILL = {"reduced_motion": "reduce"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a browser test."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class Web:
    """The web process. `environment` is what it is started with, again and again on the same port."""

    port: int
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        classes = ("--http", "realestate.bounded_http:BoundedHttp", "--ws", "realtime.server:WebSockets")
        command = [sys.executable, "-m", "uvicorn", "realestate.asgi:application", *classes, "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the web process did not start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End it, with whatever sockets it holds."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/login/", timeout=5) as answer:  # noqa: S310  # our own
                return bool(answer.status == 200)
        except OSError:
            return False


def aside[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Do it in another thread: what wakes the pages may not run where Playwright's loop runs."""

    def done() -> R:
        try:
            return work(*args, **kwargs)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(done).result()


@dataclass
class Tab:
    """A page of a signed-in browser, and everything it complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="package")
def _carrier() -> Iterator[Carrier]:
    with running_carrier() as carrier:
        yield carrier


@pytest.fixture(scope="package")
def web(django_db_setup: None, _carrier: Carrier, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """Ringside under uvicorn, as it runs in production, on the tests' database."""
    folder = tmp_path_factory.mktemp("web")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "DATABASE_URL": _database_url(),
        "VAR_DIR": str(folder),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SECRET_KEY": settings.SECRET_KEY,
        "TWILIO_API_BASE_URL": _carrier.base_url,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM_NUMBER": FROM_NUMBER,
        "TEST_LINES": "buyer=+15125550181 +15125550182 +15125550183",
        "LOG_LEVEL": "WARNING",
    }
    process = Web(port, environment, folder / "web.log")
    process.start()
    yield process
    process.stop()


def _database_url() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    host = f"{database['HOST']}:{database['PORT'] or 5432}"
    return f"postgres://{database['USER']}:{database['PASSWORD']}@{host}/{database['NAME']}"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium; the tests are skipped without one, unless it is required. Gone before the next package's loops."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread, beside our queries
        browser = _launched(playwright)
        yield browser
        browser.close()


def chromium() -> str | None:
    """The browser to start; None is Playwright's own."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def _launched(playwright: Playwright) -> Browser:
    try:
        return playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
    except Error as error:
        reason = f"no browser: set CHROMIUM or install chromium ({error.message.splitlines()[0]})"
        if os.environ.get("RINGSIDE_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture
def open_tab(
    transactional_db: None, web: Web, browser: Browser, tmp_path: Path, settings: Any
) -> Iterator[Callable[..., Tab]]:
    """Opens pages as a user, or as nobody. At the end no page may have complained: no error, no policy violation."""
    settings.MEDIA_ROOT = Path(web.environment["VAR_DIR"]) / "media"
    contexts: list[BrowserContext] = []
    tabs: list[Tab] = []

    def opened(address: str, user: User | None = None, **options: Any) -> Tab:
        context = browser.new_context(base_url=web.url, **STILL | options)
        contexts.append(context)
        if user:
            context.add_cookies([session_of(user, web.url)])
        tab = Tab(context.new_page())
        tabs.append(tab)
        tab.page.on("console", lambda m: tab.complaints.append(m.text) if m.type in ("error", "warning") else None)
        tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.page.goto(address)
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert [complaint for tab in tabs for complaint in tab.complaints] == []


def session_of(user: User, url: str) -> Any:
    client = Client()
    client.force_login(user)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}
