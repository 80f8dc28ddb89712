"""Every kind of event has one name, whoever writes or reads it."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from calls.models import CallEvent, EventKind

PRODUCT = ("calls", "leads", "realtime")


def calls_of(function: str, *folders: str) -> list[ast.Call]:
    """Every call of a function or method of that name in the product's source."""
    files = [file for folder in folders for file in Path(settings.BASE_DIR, folder).rglob("*.py")]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text()))]
    return [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(function)]


def test_what_the_bridge_notes_has_a_kind() -> None:
    notes = [ast.literal_eval(call.args[0]) for call in calls_of(".note", "realtime/bridge")]
    assert "opening_played" in notes
    assert set(notes) <= set(EventKind.values)


def test_nobody_logs_an_event_by_a_string_of_their_own() -> None:
    logged = calls_of("log_event", *PRODUCT)
    assert len(logged) > 40
    assert [ast.unparse(call) for call in logged if isinstance(call.args[1], ast.Constant)] == []


def test_every_kind_is_written_by_somebody() -> None:
    writing = [call for name in ("log_event", "_note") for call in calls_of(name, *PRODUCT)]
    named = {ast.unparse(kind) for call in writing for kind in call.args[1:2]}
    noted = {ast.literal_eval(call.args[0]) for call in calls_of(".note", "realtime/bridge")}
    assert [kind for kind in EventKind if f"EventKind.{kind.name}" not in named and kind.value not in noted] == []


@pytest.mark.parametrize("kind", EventKind)
def test_a_kind_fits_its_column(kind: EventKind) -> None:
    assert len(kind.value) <= (CallEvent._meta.get_field("kind").max_length or 0)
