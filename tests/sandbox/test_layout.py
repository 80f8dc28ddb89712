"""The sandbox's folders stay small, and no two of its modules import each other, not even for their types."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path("sandbox")
MOST_MODULES = 12


def module_of(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(path): path for path in ROOT.rglob("*.py")}


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sandbox"):
            found |= {
                name if (name := f"{node.module}.{alias.name}") in MODULES else str(node.module) for alias in node.names
            }
    return found - {module_of(path)}


def test_no_module_is_in_a_circle():
    order = list(TopologicalSorter({name: imports_of(path) for name, path in MODULES.items()}).static_order())
    assert set(order) == set(MODULES)


def test_a_folder_has_at_most_twelve_modules():
    folders = {path.parent for path in MODULES.values()}
    counts = {str(folder): sum(path.name != "__init__.py" for path in folder.glob("*.py")) for folder in folders}
    assert {folder: count for folder, count in counts.items() if count > MOST_MODULES} == {}


def test_every_package_says_what_is_decided_in_it():
    packages = [path for path in MODULES.values() if path.name == "__init__.py"]
    for path in packages:
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        assert "Tests: ``tests/sandbox/" in text.replace("\n", " "), path
