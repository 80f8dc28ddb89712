"""The settings that stand beside a comparison's figures."""

import json
from pathlib import Path

import pytest

from demo.settings_shown import sandbox_settings, with_settings
from sandbox.speech import Speech
from tests.sandbox.twilio_world import twilio_world

SETTINGS = {"llm_first_token_ms": 350, "word_errors": 0.0}


def test_a_table_ends_with_them() -> None:
    shown = with_settings("a  b\n1  2\n", SETTINGS, as_json=False)

    assert shown.splitlines()[:2] == ["a  b", "1  2"]
    assert shown.splitlines()[-1] == "The sandbox's stand-ins: llm_first_token_ms 350, word_errors 0.0"


def test_an_object_has_them_and_stays_the_last_line() -> None:
    shown = with_settings('some words\n{"calls": []}\n', SETTINGS, as_json=True)

    assert json.loads(shown.splitlines()[-1]) == {"calls": [], "sandbox": SETTINGS}
    assert shown.splitlines()[0] == "some words"


@pytest.mark.parametrize("report", ["", "No lead.\n"])
def test_a_report_that_failed_is_left_alone(report: str) -> None:
    assert with_settings(report, SETTINGS, as_json=True) == report


def test_the_running_sandbox_is_asked(tmp_path: Path) -> None:
    with twilio_world(Speech(), str(tmp_path), llm_first_token_ms=123) as world:
        assert sandbox_settings(world.url)["llm_first_token_ms"] == 123
