"""What Ringside writes is nobody else's on the machine."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages

from realestate.private_files import database_files, keep_private


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    """Who may do what with it."""
    return stat.S_IMODE(path.stat().st_mode)


def test_new_files_are_the_owners_alone(tmp_path: Path) -> None:
    keep_private([])
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")
    assert (mode(tmp_path / "folder"), mode(tmp_path / "file")) == (0o700, 0o600)


def test_what_others_could_read_before_they_can_no_more(tmp_path: Path) -> None:
    database = tmp_path / "ringside.sqlite3"
    database.write_text("x")
    (tmp_path / "ringside.sqlite3-wal").write_text("x")
    assert mode(database) == 0o644
    keep_private(database_files({"ENGINE": "django.db.backends.sqlite3", "NAME": str(database)}))
    assert {mode(path) for path in tmp_path.iterdir()} == {0o600}


def test_what_is_not_there_or_a_link_to_elsewhere_is_left_alone(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("x")
    (tmp_path / "link").symlink_to(elsewhere)
    keep_private([tmp_path / "nothing", tmp_path / "link"])
    assert mode(elsewhere) == 0o644


def test_the_product_writes_its_database_and_recordings_for_the_owner_alone(tmp_path: Path) -> None:
    environment = os.environ | {"VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'own.sqlite3'}"}
    code = """
        from django.contrib.sessions.models import Session
        from django.core.files.base import ContentFile
        from django.core.files.storage import default_storage
        from django.db import connection
        connection.cursor().execute("CREATE TABLE said (words TEXT)")
        default_storage.save("recordings/one.wav", ContentFile(b"sound"))
    """
    script = "import django; django.setup()" + code.replace("\n        ", "\n")
    subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=environment | {"DJANGO_SETTINGS_MODULE": "realestate.settings"},
        check=True,
        umask=0o022,
    )
    written = list(tmp_path.rglob("*"))
    assert {path.name for path in written} >= {"own.sqlite3", "media", "recordings", "one.wav"}
    assert [str(path) for path in written if mode(path) & 0o077] == []


def test_a_database_server_has_no_files_here() -> None:
    assert database_files({"ENGINE": "django.db.backends.postgresql", "NAME": "ringside"}) == []


def test_static_files_may_be_served_by_a_proxy() -> None:
    static = storages["staticfiles"]
    assert isinstance(static, FileSystemStorage)
    assert (static.file_permissions_mode, static.directory_permissions_mode) == (0o644, 0o755)
