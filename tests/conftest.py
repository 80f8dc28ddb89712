"""Fixtures every test may use."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import Settings

from calls.database.outage import answer_within
from leads.models import Lead
from tests.checked import pytest_configure, pytest_sessionfinish, pytest_terminal_summary, pytest_unconfigure
from tests.database import prepared
from tests.lanes import (
    FAST,
    IN_REAL_TIME,
    MUTATIONS,
    has_rows,
    in_real_time,
    pytest_collection_finish,
    pytest_xdist_make_scheduler,
    rank,
)
from tests.people import make_lead, make_staff
from tests.tries import Tries

__all__ = [
    "pytest_collection_finish",
    "pytest_configure",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_unconfigure",
    "pytest_xdist_make_scheduler",
]

# The machines are shared and noisy: no example fails for being slow.
hypothesis_settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("shared")

# Audio clocks and recognisers run in real time here: a stall of the machine, not of Ringside, can fail one of these.
REAL_TIME = ("tests/journeys", "tests/browser", "tests/sandbox", "tests/speech", "tests/demo", "tests/realestate")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first; what runs in real time gets a second try, which the summary names."""
    items.sort(key=lambda item: rank(item.nodeid))
    for item in items:
        if in_real_time(item):
            item.add_marker(pytest.mark.real_time)
        if has_rows(item):
            item.add_marker(pytest.mark.rows)
        if item.path.name == MUTATIONS:
            item.add_marker(pytest.mark.mutations)
        if item.nodeid.startswith(REAL_TIME):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What is not wanted need not be loaded either: `make test-fast`."""
    path = str(collection_path.relative_to(config.rootpath)) if config.option.markexpr == FAST else ""
    return True if path.startswith(IN_REAL_TIME) or path.endswith(MUTATIONS) else None


@pytest.fixture(scope="session")
def tries() -> Tries:
    """What is made once a try and looked at by several tests."""
    return Tries()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """The tests' database, a copy of the one this run has migrated."""
    worker = getattr(request.config, "workerinput", {}).get("workerid")
    folder = tmp_path_factory.getbasetemp()
    with ExitStack() as database:
        with django_db_blocker.unblock():
            database.enter_context(prepared(folder.parent if worker else folder, worker or "alone"))
        yield
        with django_db_blocker.unblock():
            database.close()


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    """A password hash made to be slow costs half a second a person."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What one test leaves to be written later is not another one's, nor a developer's own."""
    answer_within(None)  # as only a process that serves has it
    settings.VAR_DIR = tmp_path_factory.getbasetemp() / f"var-{uuid.uuid4().hex}"


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
