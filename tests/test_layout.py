"""The layout: each module has a test file of its name, no folder is crowded, and each package says what it decides."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("calls", "leads", "realtime", "sandbox")
MOST_MODULES = 12
UNTESTED_NAMES = {"__init__", "__main__", "apps", "urls"}  # they only declare or start what other modules define
EXCEPTIONS = {
    "calls/page_urls.py": "URLs, like every urls.py",
    "realtime/server.py": "the public name of a class of realtime/transport/uvicorn_protocol.py",
}


def modules(package: str) -> list[Path]:
    """The modules of that package below the root, without migrations."""
    found = (path.relative_to(ROOT) for path in (ROOT / package).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def file_of_tests(module: Path) -> Path:
    """Where the tests of that module are."""
    return Path("tests", module.parent, f"test_{module.name}")


def holds_a_test(path: Path) -> bool:
    """Whether the file has a test function."""
    if not (ROOT / path).exists():
        return False
    nodes = ast.walk(ast.parse((ROOT / path).read_text()))
    functions = (node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return any(function.name.startswith("test_") for function in functions)


@pytest.mark.parametrize("package", PACKAGES)
def test_each_module_has_a_tests_of_its_name(package: str) -> None:
    asked = [path for path in modules(package) if path.stem not in UNTESTED_NAMES and str(path) not in EXCEPTIONS]
    assert [str(file_of_tests(path)) for path in asked if not holds_a_test(file_of_tests(path))] == []


def test_each_exception_is_a_module_that_still_needs_it() -> None:
    for name in EXCEPTIONS:
        assert (ROOT / name).exists(), name
        assert not holds_a_test(file_of_tests(Path(name))), name


@pytest.mark.parametrize("package", PACKAGES)
def test_no_folder_has_more_modules_than_one_can_overlook(package: str) -> None:
    folders: dict[str, int] = {}
    for path in modules(package):
        if path.stem != "__init__":
            folders[str(path.parent)] = folders.get(str(path.parent), 0) + 1
    assert {folder: number for folder, number in folders.items() if number > MOST_MODULES} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_says_what_is_decided_there(package: str) -> None:
    inits = [path for path in modules(package) if path.stem == "__init__"]
    assert [str(path) for path in inits if not ast.get_docstring(ast.parse((ROOT / path).read_text()))] == []
