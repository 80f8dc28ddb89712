"""Fragments of a comparison's live page."""

from collections.abc import Iterator

from calls.comparison.view import ComparisonView
from calls.dashboard.fragments import Fragment, call_fragments

COMPARISON = "calls/_comparison.html"


def comparison_fragments(view: ComparisonView) -> Iterator[Fragment]:
    """Every element of a comparison's page that may change."""
    yield Fragment("verdict", view.verdict, f"{COMPARISON}#verdict", {"verdict": view.verdict, "view": view})
    yield Fragment("rows", view.rows, f"{COMPARISON}#rows", {"view": view})
    for column in view.columns:
        yield from call_fragments(column.view)
