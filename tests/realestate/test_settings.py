"""Settings and the page that explains them."""

import re

from django.conf import settings

READ = re.compile(r"env\.\w+\(\s*\"([A-Z0-9_]+)\"")


def test_every_setting_is_explained() -> None:
    read = set(READ.findall((settings.BASE_DIR / "realestate" / "settings.py").read_text()))
    explained = set(re.findall(r"^#?([A-Z0-9_]+)=", (settings.BASE_DIR / ".env.example").read_text(), re.MULTILINE))
    assert read
    assert read - explained == set()


def test_nothing_is_explained_that_is_not_read() -> None:
    read = set(READ.findall((settings.BASE_DIR / "realestate" / "settings.py").read_text()))
    explained = set(re.findall(r"^#?([A-Z0-9_]+)=", (settings.BASE_DIR / ".env.example").read_text(), re.MULTILINE))
    assert explained - read == set()


def test_no_app_knows_of_the_stand_ins() -> None:
    files = [
        path for app in ("realestate", "leads", "calls", "realtime") for path in (settings.BASE_DIR / app).rglob("*.py")
    ]
    assert [str(path) for path in files if "sandbox" in path.read_text()] == []
