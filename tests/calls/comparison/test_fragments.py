"""Fragments of a comparison's live page: the verdict, the rows, and those of each call."""

import re

from calls.comparison.fragments import comparison_fragments
from calls.comparison.view import comparison_view
from calls.models import Comparison


def test_the_verdict_the_rows_and_each_call_are_sent(comparison: Comparison) -> None:
    keys = [fragment.key for fragment in comparison_fragments(comparison_view(comparison))]
    assert keys[:2] == ["verdict", "rows"]
    assert {f"head-{call.pk}" for call in comparison.calls.all()} <= set(keys)
    assert len(keys) == len(set(keys))


def test_each_fragment_is_the_element_its_key_names(comparison: Comparison) -> None:
    for fragment in comparison_fragments(comparison_view(comparison)):
        assert re.findall(rf'id="{fragment.key}"', fragment.render()) == [f'id="{fragment.key}"']
