"""`leads` reads no row of `calls`: not by lookup strings, related names or the app registry.

The import contract sees imports only; a lookup such as "calls__status" would bind the CRM to a schema above it unseen.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db.models import ForeignObjectRel, Model

SOURCES = sorted(
    path for path in Path(__file__).parents[2].joinpath("leads").rglob("*.py") if "migrations" not in path.parts
)
MODELS: list[type[Model]] = [*apps.get_app_config("leads").get_models(), User]


def names_from_above() -> set[str]:
    """The names under which rows of other apps can be reached from the CRM's models and from users."""
    related = [field for model in MODELS for field in model._meta.get_fields(include_hidden=True)]
    above = [
        each
        for each in related
        if isinstance(each, ForeignObjectRel) and each.related_model._meta.app_label in ("calls", "realtime")
    ]
    named = [each for each in above if not each.hidden]
    return {each.name for each in named} | {str(each.get_accessor_name()) for each in named}


def reached(source: str) -> Iterator[str]:
    """The names a module may reach related rows by: attributes, keywords and lookups in strings."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                yield name.split("__")[0]
            case ast.Constant(value=str(text)) if text.replace("_", "a").lstrip("-").isidentifier():
                yield text.lstrip("-").split("__")[0]


def test_the_names_are_found() -> None:
    assert {"calls", "comparisons", "placed_calls"} <= names_from_above()


@pytest.mark.parametrize(
    "source",
    [
        'Lead.objects.filter(Q(calls__comparison__isnull=True)).order_by("pk")',
        'Lead.objects.order_by("-calls__queued_at")',
        "lead.calls.first()",
        'Lead.objects.prefetch_related("calls")',
        'apps.get_model("calls", "Call")',
        "user.placed_calls.count()",
    ],
)
def test_each_way_to_reach_them_is_noticed(source: str) -> None:
    assert names_from_above() & set(reached(source))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(path.parents[2]).as_posix())
def test_no_module_of_leads_reaches_rows_of_calls(path: Path) -> None:
    assert not names_from_above() & set(reached(path.read_text()))
