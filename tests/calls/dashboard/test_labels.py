"""How codes and values read on the dashboard."""

from typing import Any

import pytest

from calls.dashboard.labels import value_text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        ("appointment_set", "appointment set"),
        (["a garage", "fenced_yard"], "a garage, fenced yard"),
        ({"kind": "school_district", "name": "Leander"}, "Leander, school district"),
        ({"reason": "no_answer", "note": "", "times": 2}, "reason no answer, times 2"),
        ("0_3m", "0–3 months"),
        ({"value": "12m_plus", "confidence": 1, "confirmed": True}, "over a year (confirmed)"),
        (2.0, "2"),
        (2.5, "2.5"),
        ({"value": 450000, "confidence": 0.95, "confirmed": True}, "450000 (confirmed)"),
        ({"value": 3, "confidence": 0.7, "confirmed": False}, "3 (70% sure)"),
        ({"value": 3, "confidence": "high", "confirmed": None}, "3 (high sure)"),
    ],
)
def test_a_tools_arguments_read_as_words(value: Any, words: str) -> None:
    assert value_text(value) == words
