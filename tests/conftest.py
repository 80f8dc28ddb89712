"""Fixtures every test may use."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.db.models.signals import post_migrate
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import Settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from calls.models import Price
from leads.models import Lead
from tests.checked import pytest_configure, pytest_sessionfinish, pytest_terminal_summary, pytest_unconfigure
from tests.people import make_lead, make_staff
from tests.tries import Tries

__all__ = ["pytest_configure", "pytest_sessionfinish", "pytest_terminal_summary", "pytest_unconfigure"]

# The machines are shared and noisy: no example fails for being slow.
hypothesis_settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("shared")

SHARED = ("tests/journeys", "tests/browser")  # one running Ringside, one browser: each for all its tests
LONGEST_FIRST = (
    *SHARED,
    "tests/sandbox/twilio/test_whole_call.py",
    "tests/sandbox/foreign",
    "tests/sandbox/replay",
    "tests/realestate",
    "tests/sandbox/twilio/people/test_person.py",
    "tests/realtime/bridge/test_mutations.py",
    "tests/storm",
    "tests/bench",
)
# Audio clocks and recognisers run in real time here: a stall of the machine, not of Ringside, can fail one of these.
REAL_TIME = ("tests/journeys", "tests/browser", "tests/sandbox", "tests/speech", "tests/demo", "tests/realestate")


class FolderScheduling(LoadScopeScheduling):
    """A worker takes a whole file, or a whole folder of `SHARED`, so that what is costly to start is started once."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in SHARED if nodeid.startswith(folder)), nodeid.split("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FolderScheduling:
    """How the tests are dealt to the workers."""
    return FolderScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first; what runs in real time gets a second try, which the summary names."""
    items.sort(key=lambda item: _rank(item.nodeid, LONGEST_FIRST))
    for item in items:
        if item.nodeid.startswith(REAL_TIME):
            item.add_marker(pytest.mark.flaky(reruns=1))


def _rank(nodeid: str, folders: Iterable[str]) -> int:
    return next((rank for rank, folder in enumerate(folders) if nodeid.startswith(folder)), len(LONGEST_FIRST))


def _keep_prices(**_: Any) -> None:
    """A test on real transactions empties every table behind it; what the migrations put there comes back."""
    if not Price.objects.exists():
        import_module("calls.migrations.0002_prices").add_prices(apps, None)


post_migrate.connect(_keep_prices, sender=apps.get_app_config("calls"), dispatch_uid="keep prices")


@pytest.fixture(scope="session")
def tries() -> Tries:
    """What is made once a try and looked at by several tests."""
    return Tries()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file: in memory its tables lock without waiting, and a webhook works in several threads."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        name = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        database.setdefault("TEST", {})["NAME"] = name
        database["CONN_MAX_AGE"] = 0  # threads of one test leave nothing open for the next


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """PostgreSQL drops no database in use, and a thread of the last test may still be giving back its connection."""
    yield
    if connection.vendor == "postgresql":
        others = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"{others} and pid <> pg_backend_pid()")


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    """A password hash made to be slow costs half a second a person."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def omar(db: None) -> User:
    """An agent of the brokerage, with a phone to ring."""
    return make_staff("omar", phone="+15125550190", first_name="Omar", last_name="Haddad")


@pytest.fixture
def bob(db: None) -> User:
    """Another agent."""
    return make_staff("bob", phone="+15125550191", first_name="Bob", last_name="Berg")


@pytest.fixture
def mona(db: None) -> User:
    """The manager."""
    return make_staff("mona", phone="+15125550192", first_name="Mona", last_name="Moss", manager=True)


@pytest.fixture
def ana(db: None) -> User:
    """The admin."""
    return make_staff("ana", first_name="Ana", last_name="Adler", is_superuser=True)


@pytest.fixture
def zoe(db: None) -> User:
    """A stranger: may log in, works for nobody."""
    return User.objects.create_user("zoe", password="correct horse battery")


@pytest.fixture
def lead(omar: User) -> Lead:
    """Omar's buyer."""
    return make_lead(owner=omar)
