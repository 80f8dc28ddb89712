"""Why something failed, in words: every code we make ourselves, and whatever a vendor calls its own."""

import ast
import re
from pathlib import Path

import pytest

from calls.dashboard.labels import fallback_words
from calls.dashboard.reasons import WORDS, reason_words
from calls.models import Transfer

ROOT = Path(__file__).resolve().parents[3]
CODE = re.compile(r"[a-z]+(_[a-z]+)*")
GIVEN_BY = {
    "ProviderError": ("code",),
    "begin_engine": ("reason",),
    "promise_twiml": ("reason",),
    "FallBack": ("reason",),
}
FIRST = {"_step_down": 0, "step_down": 0, "FallBack": 0}  # where the reason is no keyword


def codes_in(path: Path) -> set[str]:
    """The codes a module gives as a reason."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return {value for call in calls for value in _reasons(call) if CODE.fullmatch(value)}


def _reasons(call: ast.Call) -> list[str]:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    given = [word.value for word in call.keywords if word.arg in GIVEN_BY.get(name, ())]
    if name in FIRST and call.args:
        given.append(call.args[FIRST[name]])
    return [node.value for node in given if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def test_every_code_of_ours_has_words() -> None:
    found = {
        code for package in ("calls", "realtime") for path in (ROOT / package).rglob("*.py") for code in codes_in(path)
    }
    assert {"deploy", "timeout", "internal_error", "no_answer"} <= found
    assert found - set(WORDS) == set()


@pytest.mark.parametrize("reason", Transfer.Reason)
def test_every_reason_of_a_transfer_has_words(reason: Transfer.Reason) -> None:
    assert reason_words(f"transfer: {reason.value}").startswith("the lead was given to a colleague (")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("", ""),
        ("deploy", "Ringside was being restarted"),
        ("refused_429", "the vendor refused the connection (status 429)"),
        ("closed_1011", "the vendor closed the connection (status 1011)"),
        ("503", "the vendor had a fault (status 503)"),
        ("401", "the vendor refused the request (status 401)"),
        ("the AI failed (insufficient_quota)", "the AI failed: the account has no credit left"),
        ("some_new_vendor_code", "a fault called “some_new_vendor_code”"),
        ("the AI could not understand the lead", "the AI could not understand the lead"),
    ],
)
def test_a_reason_ends_a_sentence(reason: str, words: str) -> None:
    assert reason_words(reason) == words


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (
            {"part": "realtime", "to": "conversation", "reason": "deploy"},
            "Ringside was being restarted; the conversational way took over",
        ),
        (
            {"part": "realtime", "to": "conversation", "reason": "closed_1006"},
            "the voice-to-voice agent failed: the vendor closed the connection (status 1006); "
            "the conversational way took over",
        ),
        (
            {"part": "model", "to": "apology", "reason": "timeout"},
            "the model failed: no answer came in time; the AI apologized and went on",
        ),
        (
            {"part": "colleague", "to": "realtime", "reason": "no_answer"},
            "the transfer failed: nobody picked up; the voice-to-voice agent went on",
        ),
        ({}, "a part failed"),
        ({"part": "new_part", "to": "new_way", "reason": None}, "new part failed; new way took over"),
    ],
)
def test_a_fallback_is_a_sentence(step: dict[str, object], sentence: str) -> None:
    assert fallback_words(step) == sentence
