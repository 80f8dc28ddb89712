"""The items found on trial: each names tests that exist, and a verdict says what became of them."""

import ast
import re
from pathlib import Path

import pytest

from tests.trial.items import Item, all_items, verdicts

ROOT = Path(__file__).resolve().parent.parent
ITEM = Item("A1", "a stranger knocks", "the door was open", "every door", ("tests/test_a.py::test_x", "tests/b"))


@pytest.mark.parametrize(
    ("nodeid", "owned"),
    [
        ("tests/test_a.py::test_x", True),
        ("tests/test_a.py::test_x[one]", True),
        ("tests/test_a.py::test_xy", False),
        ("tests/test_a.py", False),
        ("tests/b/test_c.py::test_d", True),
        ("tests/bb/test_c.py::test_d", False),
    ],
)
def test_an_item_owns_what_its_ids_begin(nodeid: str, owned: bool) -> None:
    assert ITEM.owns(nodeid) is owned


@pytest.mark.parametrize(
    ("outcomes", "good"),
    [
        ({"tests/test_a.py::test_x": True, "tests/b/test_c.py::test_d": True}, True),
        ({"tests/test_a.py::test_x": True, "tests/b/test_c.py::test_d": False}, False),
        ({"tests/other.py::test_y": True}, False),
    ],
)
def test_an_item_is_as_it_must_be_when_something_ran_and_nothing_failed(outcomes: dict[str, bool], good: bool) -> None:
    assert verdicts([ITEM], outcomes)[0].as_it_must_be is good


def test_no_two_items_have_one_id() -> None:
    ids = [item.id for item in all_items()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("item", all_items(), ids=lambda item: item.id)
def test_an_item_names_tests_that_exist(item: Item) -> None:
    assert item.tests
    for test in item.tests:
        path, *names = re.sub(r"\[.*", "", test).split("::")
        assert (ROOT / path).exists(), test
        assert set(names) <= _defined(ROOT / path), test


def _defined(path: Path) -> set[str]:
    if path.is_dir():
        return set()
    named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, named)}
