"""Settings and the page that explains them; what a process with wrong ones does; that all go through the reader."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from realestate.signing_key import DEVELOPMENT_KEY

READ = re.compile(r"env\.read\(\s*\"([A-Z0-9_]+)\"")
OWN_KEY = "k3y-of-0ur-own-" + "abcdefghijklmnopqrstuvwxyz" * 2
PRODUCTION = {"PUBLIC_URL": "https://ringside.example", "SECRET_KEY": OWN_KEY}
NAMES = ("SECRET_KEY", "PUBLIC_URL", "ALLOWED_HOSTS", "LOG_LEVEL", "MAX_LIVE_CALLS", "EARLY_ANSWERS", "BROKERAGE_NAME")
SHOW = (
    "import json, realestate.settings as s; "
    f"shown = {{name: getattr(s, name) for name in {NAMES}}}; "
    "print(json.dumps(shown | {'DATABASE': s.DATABASES['default']}, default=str))"
)


def source() -> str:
    return (settings.BASE_DIR / "realestate" / "settings.py").read_text()


def explained() -> set[str]:
    return set(re.findall(r"^#?([A-Z0-9_]+)=", (settings.BASE_DIR / ".env.example").read_text(), re.MULTILINE))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what settings are made of, where a `.env` of one's own may stand."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(settings.BASE_DIR / "realestate", folder / "realestate")
    return folder


def started(house: Path, dotenv: str = "", *, code: str = SHOW, **environ: str) -> subprocess.CompletedProcess[str]:
    """A process that reads its settings there."""
    (house / ".env").write_bytes(dotenv.encode())
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=house, env=kept | environ, text=True, capture_output=True, check=False)


def read(house: Path, dotenv: str = "", **environ: str) -> dict[str, Any]:
    done = started(house, dotenv, **environ)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def refused(house: Path, dotenv: str = "", **environ: str) -> list[str]:
    done = started(house, dotenv, **environ)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()


def test_every_setting_is_explained_and_nothing_else() -> None:
    assert set(READ.findall(source())) == explained() != set()


def test_no_setting_goes_past_the_reader() -> None:
    code = [
        path
        for app in ("realestate", "leads", "calls", "realtime", "demo")
        for path in (settings.BASE_DIR / app).rglob("*.py")
    ]
    asking = {
        path.relative_to(settings.BASE_DIR).as_posix()
        for path in code
        if re.search(r"os\.environ|getenv", path.read_text())
    }
    assert asking == {
        "realestate/settings_reader.py",
        "realestate/settings.py",  # hands on what is for other programs
        "realestate/asgi.py",  # names the settings' module, as manage.py does
        "demo/stack.py",  # gives settings to processes
    }


def test_no_app_knows_of_the_stand_ins() -> None:
    files = [
        path for app in ("realestate", "leads", "calls", "realtime") for path in (settings.BASE_DIR / app).rglob("*.py")
    ]
    assert [str(path) for path in files if "sandbox" in path.read_text()] == []


def test_the_example_is_a_file_that_starts(house: Path) -> None:
    assert read(house, (settings.BASE_DIR / ".env.example").read_text())["PUBLIC_URL"] == "http://127.0.0.1:8000"


def test_an_example_with_everything_left_empty_is_all_defaults(house: Path) -> None:
    empty = "".join(f"{name}=\n" for name in explained())
    assert read(house, empty) == read(house) == read(house, **dict.fromkeys(explained(), ""))


def test_dollars_stay_dollars_wherever_they_stand(house: Path) -> None:
    for key, name in (("$q" + OWN_KEY, "$mart Homes"), ("${HOME}" + OWN_KEY, "Homes for $$$")):
        found = read(house, f"SECRET_KEY={key}\nBROKERAGE_NAME={name}\n", PUBLIC_URL="https://r.example")
        assert (found["SECRET_KEY"], found["BROKERAGE_NAME"]) == (key, name)
        found = read(house, SECRET_KEY=key, BROKERAGE_NAME=name)
        assert (found["SECRET_KEY"], found["BROKERAGE_NAME"]) == (key, name)


def test_a_file_of_another_system_says_the_same(house: Path) -> None:
    found = read(
        house,
        "\ufeffPUBLIC_URL = https://ringside.example/ # ours\r\n  LOG_LEVEL=info\r\n"
        f"export SECRET_KEY='{OWN_KEY}'\r\nMAX_LIVE_CALLS=\r\nMAX_LIVE_CALLS=7\r\nEARLY_ANSWERS=\r\n",
    )
    assert found["PUBLIC_URL"] == "https://ringside.example"
    assert (found["SECRET_KEY"], found["LOG_LEVEL"]) == (OWN_KEY, "INFO")
    assert (found["MAX_LIVE_CALLS"], found["EARLY_ANSWERS"]) == (7, True)


@pytest.mark.parametrize("hosts", ["", "other.example", " other.example , 10.0.0.5 ", "RINGSIDE.example"])
def test_its_own_host_is_always_allowed(house: Path, hosts: str) -> None:
    found = read(house, ALLOWED_HOSTS=hosts, **PRODUCTION | {"PUBLIC_URL": " https://RingSide.example:443/ "})
    assert found["ALLOWED_HOSTS"].count("ringside.example") == 1
    assert found["PUBLIC_URL"] == "https://ringside.example"


def test_a_database_without_a_url_is_the_embedded_one(house: Path) -> None:
    found = read(house, DATABASE_URL="", VAR_DIR="data #1 %20?")
    assert found["DATABASE"]["NAME"] == str(house / "data #1 %20?" / "ringside.sqlite3")
    assert read(house, DATABASE_URL="postgres://ring:pa/ss@db:5432/ring")["DATABASE"]["PASSWORD"] == "pa/ss"


def test_all_that_is_wrong_is_told_at_once_a_line_each_without_a_traceback(house: Path) -> None:
    wrong = {
        "LOG_LEVEL": "loud",
        "MAX_LIVE_CALLS": "many",
        "TIME_ZONE": "Central",
        "PUBLIC_URL": "ringside.example",
        "OPENAI_API_KEY": "sk-very secret",
        "DATABASE_URL": "mysql://u:very-secret@h/d",
        "TEST_LINES": "buyer:+15125550181",
    }
    lines = refused(house, "RING_SECONDS=25s\n", **wrong)
    assert sorted(line.split()[0] for line in lines) == sorted([*wrong, "RING_SECONDS"])
    assert not any("very" in line for line in lines)
    assert all("; allowed: " in line for line in lines)


@pytest.mark.parametrize(
    "environ",
    [
        {"PUBLIC_URL": "https://ringside.example"},
        {"PUBLIC_URL": "https://ringside.example", "SECRET_KEY": " "},
        {"PUBLIC_URL": "https://ringside.example", "SECRET_KEY": DEVELOPMENT_KEY},
        {"PUBLIC_URL": "https://ringside.example", "SECRET_KEY": "changeme"},
        {"PUBLIC_URL": "http://10.0.0.5:8000"},
        {"DEBUG": "false"},
        {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32},
    ],
    ids=["none", "blank", "published", "guessable", "in the office", "told so", "calls people"],
)
def test_production_does_not_start_with_a_key_that_others_know(house: Path, environ: dict[str, str]) -> None:
    [line] = refused(house, **environ)
    assert line.startswith("SECRET_KEY is ")
    assert "secrets.token_urlsafe(48)" in line
    assert read(house, **environ | {"SECRET_KEY": OWN_KEY})["SECRET_KEY"] == OWN_KEY
    assert read(house, **environ | {"DEBUG": "true"})


@pytest.mark.parametrize("command", ["check", "migrate", "dialer", "runserver", "help"])
def test_a_command_with_a_wrong_setting_ends_in_a_line(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=settings.BASE_DIR,
        env=os.environ | {"MAX_LIVE_CALLS": "many"},
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "MAX_LIVE_CALLS holds 'many' (from the environment); allowed: a whole number from 1 to 10000"
    ]


def test_a_server_with_a_wrong_setting_ends_with_a_line_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "uvicorn", "realestate.asgi:application", "--port", "0"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"MAX_LIVE_CALLS": "many"},
        text=True,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "MAX_LIVE_CALLS holds 'many'" in done.stderr
    assert "Traceback" not in done.stderr
