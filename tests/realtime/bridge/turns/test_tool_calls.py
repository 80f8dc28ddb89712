"""Tool calls: each runs once, is answered once, and has its time."""

import json

import pytest

from realtime.bridge.turns.tool_calls import TOOK_TOO_LONG, WAS_INTERRUPTED, State, ToolCall, ToolCalls


def call(call_id: str = "c1", *, due: float = 2.5) -> ToolCall:
    return ToolCall(call_id, f"f-{call_id}", "r1", "search_listings", "{}", due)


def test_a_call_is_taken_on_once() -> None:
    calls = ToolCalls()
    assert calls.open(call())
    assert not calls.open(call())
    assert calls.running
    assert calls.made_by("r1")
    assert not calls.made_by("r2")


def test_a_result_is_taken_once_and_never_for_an_unknown_call() -> None:
    calls = ToolCalls()
    calls.open(call())
    returned = calls.close("c1", "{}", news=True)
    assert returned is not None
    assert returned.state is State.RETURNED
    assert calls.close("c1", "again", news=True) is None
    assert calls.close("other", "{}", news=True) is None
    assert [one.output for one in calls.take_results()] == ["{}"]
    assert calls.take_results() == []


def test_a_result_is_known_once_the_model_confirms_it() -> None:
    calls = ToolCalls()
    calls.open(call())
    calls.close("c1", "{}", news=True)
    calls.confirm("c1")
    assert not calls.all_known  # it has not been given yet
    calls.take_results()
    assert not calls.all_known
    calls.confirm("c1")
    calls.confirm("unknown")
    assert calls.all_known


def test_results_can_be_taken_as_known_without_a_confirmation() -> None:
    calls = ToolCalls()
    calls.open(call())
    calls.close("c1", "{}", news=True)
    calls.take_results()
    calls.confirm_all()
    assert calls.all_known


def test_calls_out_of_time_are_named_and_the_next_one_is_known() -> None:
    calls = ToolCalls()
    assert calls.next_due is None
    calls.open(call("c1", due=5.0))
    calls.open(call("c2", due=3.0))
    assert calls.next_due == 3.0
    assert [one.call_id for one in calls.overdue(3.0)] == ["c2"]
    calls.close("c2", TOOK_TOO_LONG, news=True)
    assert calls.next_due == 5.0


def test_a_call_stands_at_its_place_in_the_conversation() -> None:
    calls = ToolCalls()
    calls.open(call())
    found = calls.at("f-c1")
    assert found is not None
    assert found.call_id == "c1"
    assert calls.at("elsewhere") is None


@pytest.mark.parametrize(("output", "code"), [(TOOK_TOO_LONG, "TIMEOUT"), (WAS_INTERRUPTED, "INTERRUPTED")])
def test_a_result_of_ours_has_the_form_of_every_tools(output: str, code: str) -> None:
    envelope = json.loads(output)
    assert envelope["ok"] is False
    assert envelope["error"].keys() == {"code", "message", "say", "retryable", "fields"}
    assert envelope["error"]["code"] == code
