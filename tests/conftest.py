"""Fixtures every test may use."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from pytest_django import Settings

from leads.models import Lead
from tests.people import make_lead, make_staff


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file: in memory its tables lock without waiting, and a webhook works in several threads."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        name = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        database.setdefault("TEST", {})["NAME"] = name


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
