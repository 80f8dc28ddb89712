"""A second try of a test looks at what was made for it."""

from typing import Any

import pytest

from tests.tries import Tries


def test_tests_of_one_try_look_at_the_same(request: pytest.FixtureRequest) -> None:
    tries, made = Tries(), iter("ab")
    assert [tries.of("call", request.node, lambda: next(made)) for _ in range(2)] == ["a", "a"]


def test_a_second_try_looks_at_a_new_one_and_so_do_the_tests_behind_it() -> None:
    tries, made = Tries(), iter("ab")
    first: Any = type("Item", (), {"execution_count": 1})()
    second: Any = type("Item", (), {"execution_count": 2})()
    assert [tries.of("call", item, lambda: next(made)) for item in (first, second, first)] == ["a", "b", "b"]
