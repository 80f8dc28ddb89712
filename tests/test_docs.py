"""The handbook names only what is there: files, modules, make targets, commands, hooks, rules and tests."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands

from calls.compliance.gate import RULES
from sandbox.faults import KINDS
from tests.test_failure_modes_named import FAILURE_MODES

ROOT = Path(settings.BASE_DIR)
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "requirements/*.md")
    for path in ROOT.glob(pattern)
)
FOLDERS = "calls|demo|docs|leads|realestate|realtime|requirements|sandbox|scripts|static|templates|tests"
PATH = re.compile(rf"(?<![\w./:@-])(?:{FOLDERS})/[\w./*<>-]*[\w/*>]")
FILE = re.compile(r"(?<![\w./*<>-])[\w*-]+\.(?:py|html|css|toml|md|yml)\b(?![\w/-])")
MODULE = re.compile(r"(?<![\w./@:-])(?:calls|demo|leads|realestate|realtime|sandbox)(?:\.\w+)+")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
DEFINED_IN = re.compile(r"`(\w+)[^`\n]*`\s(?:\([^)]*\)\s)?(?:of|in)\s`([\w/]+\.py)`")
TARGET = re.compile(r"\bmake ([a-z][a-z-]+)")
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
NAME = re.compile(r"(?<![\w/.-])_?[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+|\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b")
OF_OTHERS = frozenset(  # uvicorn's, PostgreSQL's, nginx's, and those of clients that speak TLS
    {
        "FORWARDED_ALLOW_IPS", "pg_restore", "limit_conn", "limit_req", "proxy_request_buffering", "SSL_CERT_FILE",
        "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS",
    }
)  # fmt: skip
APPS = ("realestate", "demo", "realtime", "calls", "leads", "sandbox")
NOT_OURS = frozenset({"twilio.html"})


def code_in(text: str) -> Iterator[str]:
    """What stands in backticks or fences: `make it so` in a sentence names no target."""
    yield from re.findall(r"```[^\n]*\n(.*?)```", text, re.DOTALL)
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def read(page: str) -> str:
    """The page's text."""
    return (ROOT / page).read_text()


@cache
def names_of_files() -> frozenset[str]:
    """The name of every file in the tree, apart from what tools and runs leave there."""
    kept = [path for path in ROOT.iterdir() if path.is_dir() and re.fullmatch(FOLDERS, path.name)]
    return frozenset(path.name for folder in kept for path in folder.rglob("*")) | {
        path.name for path in ROOT.iterdir()
    }


def is_there(path: str) -> bool:
    """Whether a path of the tree, perhaps with * or <name> in it, names something."""
    pattern = re.sub(r"<\w+>", "*", path).rstrip("/")
    return any(ROOT.glob(pattern))


def is_known(dotted: str) -> bool:
    """Whether that is a module or package, a name that one of them defines, a model, or a fault of the sandbox."""
    parts = dotted.split(".")
    if dotted in KINDS or (len(parts) == 2 and parts[1].lower() in apps.all_models[parts[0]]):
        return True
    for length in range(len(parts), 0, -1):
        base = ROOT.joinpath(*parts[:length])
        file = next((found for found in (base.with_suffix(".py"), base / "__init__.py") if found.is_file()), None)
        if file is not None:
            return length == len(parts) or re.search(rf"\b{parts[length]}\b", file.read_text()) is not None
    return False


@cache
def words_of_the_code() -> frozenset[str]:
    """Every word of the sources, settings, templates and scripts."""
    folders = (path for name in FOLDERS.split("|") if name != "docs" for path in (ROOT / name).rglob("*"))
    sources = [path for path in folders if path.suffix in (".py", ".html", ".js", ".toml")]
    sources += [
        path
        for path in (*ROOT.glob("scripts/*"), *ROOT.glob("*.yml"), ROOT / ".env.example", ROOT / "Makefile")
        if path.is_file()
    ]
    return frozenset(word for path in sources for word in re.findall(r"\w+", path.read_text()))


@cache
def functions_that_test() -> frozenset[str]:
    """The name of every test function."""
    files = (path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    return frozenset(name for text in files for name in re.findall(r"^ *(?:async )?def (test_\w+)", text, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_no_file_that_is_gone(page: str) -> None:
    text = read(page)
    gone = {path for path in PATH.findall(text) if not is_there(path)}
    files = {name for name in FILE.findall(text) if "*" not in name} - NOT_OURS
    gone |= {name for name in files if name not in names_of_files()}
    gone |= {link for link in LINK.findall(text) if not (ROOT / page).parent.joinpath(link).exists()}
    assert sorted(gone) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_no_module_that_is_gone(page: str) -> None:
    named = {name for code in code_in(read(page)) for name in MODULE.findall(code)}
    assert sorted(name for name in named if not is_known(name) and not re.search(r"\.(md|py|txt)$", name)) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_nothing_that_the_code_does_not_know(page: str) -> None:
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", read(page), flags=re.DOTALL))
    named = {name for span in spans for name in NAME.findall(span)}
    known = (
        words_of_the_code() | OF_OTHERS | get_commands().keys() | {f"test_fm{number:02}" for number in FAILURE_MODES}
    )
    assert sorted(name for name in named - known if not name.startswith("SANDBOX_")) == []


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_says_is_in_a_file_is_in_it(page: str) -> None:
    text = re.sub(r"\n *", " ", read(page))
    assert [(name, file) for name, file in DEFINED_IN.findall(text) if not re.search(rf"\b{name}\b", read(file))] == []


def test_the_runbook_quotes_the_logs_as_they_are() -> None:
    [table] = re.findall(r"^\| event \| means \|\n(.*?)\n\n", read("docs/operations.md"), re.MULTILINE | re.DOTALL)
    quoted = [quote for row in table.splitlines()[1:] for quote in re.findall(r"`([^`]+)`", row.split("|")[1])]
    code = "".join(path.read_text() for app in APPS for path in (ROOT / app).rglob("*.py"))
    assert [quote for quote in quoted if f'"{quote}"' not in code] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_no_make_target_or_command_that_is_gone(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    code = list(code_in(read(page)))
    assert {name for piece in code for name in TARGET.findall(piece)} - targets == set()
    assert {name for piece in code for name in COMMAND.findall(piece)} - set(get_commands()) == set()


def test_every_check_is_a_hook_and_every_hook_a_check() -> None:
    [steps] = re.findall(r"^STEPS=\((.*)\)$", (ROOT / "scripts" / "check").read_text(), re.MULTILINE)
    hooks = re.findall(r"entry: scripts/check (\w+)", (ROOT / ".pre-commit-config.yaml").read_text())
    assert sorted(hooks) == sorted(steps.split())


def test_the_glossary_explains_every_rule_of_the_gate() -> None:
    explained = set(re.findall(r"^\| `([\w-]+)` \|", read("docs/glossary.md"), re.MULTILINE))
    assert set(RULES) - explained == set()


def test_the_glossary_names_a_test_for_each_failure_mode() -> None:
    rows = re.findall(r"^\| (\d+) \| (.+?) \| `(test_\w+)` \|$", read("docs/glossary.md"), re.MULTILINE)
    assert {int(number): name for number, name, _ in rows} == FAILURE_MODES
    assert [test for number, _, test in rows if not test.startswith(f"test_fm{int(number):02}_")] == []
    assert {test for *_, test in rows} - functions_that_test() == set()


def test_the_architecture_has_a_line_for_each_package() -> None:
    page = read("docs/architecture.md")
    packages = [path.parent for app in APPS for path in (ROOT / app).glob("**/__init__.py")]
    folders = {path.relative_to(ROOT).as_posix() for path in packages if len(path.relative_to(ROOT).parts) <= 2}
    assert {folder for folder in folders if f"`{folder}/`" not in page} == set()
