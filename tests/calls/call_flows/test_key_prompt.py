"""Asking for one key: the `<Gather>` and the key that connects."""

import pytest

from calls.call_flows.key_prompt import CONNECT_SECONDS, ask_for_key, is_connect_key
from calls.carrier import twiml


def test_one_key_is_waited_for_and_posted_to_the_action() -> None:
    gather = ask_for_key(twiml.say("Press 1."), action="https://ringside.example/bridge")
    assert gather.tag == "Gather"
    assert gather.attrib == {
        "numDigits": "1",
        "timeout": str(CONNECT_SECONDS),
        "action": "https://ringside.example/bridge",
        "method": "POST",
    }
    assert [verb.tag for verb in gather] == ["Say"]


def test_how_long_the_key_is_waited_for_can_be_chosen() -> None:
    assert ask_for_key(action="https://ringside.example/", seconds=5).get("timeout") == "5"


@pytest.mark.parametrize(("digits", "connects"), [("1", True), (" 1 ", True), ("", False), ("2", False), ("11", False)])
def test_only_1_connects(digits: str, connects: bool) -> None:
    assert is_connect_key(digits) is connects
