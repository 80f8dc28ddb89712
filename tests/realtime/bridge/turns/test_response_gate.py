"""When the model may be asked to speak."""

from realtime.bridge.turns.response_gate import ResponseGate
from realtime.bridge.vocabulary.actions import Respond

GOODBYE = Respond("Say goodbye.")


def test_what_is_owed_is_asked_for_once_when_nobody_speaks() -> None:
    gate = ResponseGate()
    assert gate.ask() is None
    gate.owe(Respond())
    assert gate.ask() == Respond()
    assert gate.ask() is None
    assert gate.waits_for_model


def test_nothing_is_asked_for_while_the_caller_speaks_or_a_response_runs() -> None:
    gate = ResponseGate()
    gate.owe(Respond())
    gate.caller_began()
    assert gate.ask() is None
    gate.caller_ended()
    assert gate.ask() is None  # the model responds to the caller by itself
    gate.began("r1", covers_owed=False)
    assert gate.ask() is None
    assert gate.ended("r1")
    assert gate.ask() == Respond()


def test_an_instruction_of_ours_is_not_replaced_by_a_plain_request() -> None:
    gate = ResponseGate()
    gate.owe(GOODBYE)
    gate.owe(Respond())
    assert gate.owes_direction
    assert gate.ask() == GOODBYE


def test_a_response_that_had_all_it_needed_covers_a_plain_request_but_no_instruction() -> None:
    for owed, left in ((Respond(), None), (GOODBYE, GOODBYE)):
        gate = ResponseGate()
        gate.owe(owed)
        gate.began("r1", covers_owed=True)
        assert gate.owed == left


def test_a_request_that_met_an_unknown_response_is_made_again_after_it() -> None:
    gate = ResponseGate()
    gate.owe(GOODBYE)
    gate.ask()
    gate.refused()
    assert gate.ask() is None
    gate.began("r1", covers_owed=False)
    gate.ended("r1")
    assert gate.ask() == GOODBYE


def test_a_closed_gate_asks_for_nothing_more() -> None:
    gate = ResponseGate()
    gate.owe(Respond())
    gate.close()
    gate.owe(GOODBYE)
    assert gate.ask() is None
    assert gate.is_quiet


def test_the_end_of_another_response_changes_nothing() -> None:
    gate = ResponseGate()
    gate.began("r2", covers_owed=True)
    assert not gate.ended("r1")
    assert gate.has_more_to_say
    gate.items |= {"i1": "r2", "i2": "r1", "i3": "r2"}
    assert gate.items_of("r2") == ["i1", "i3"]
    gate.mute_items(["i3", "unknown"])
    assert not gate.has_more_to_say


def test_a_lost_session_leaves_nothing_to_wait_for() -> None:
    gate = ResponseGate()
    gate.began("r1", covers_owed=True)
    gate.items["i1"] = "r1"
    gate.caller_began()
    assert gate.agent_has_turn
    gate.forget_session()
    assert gate.is_quiet
    assert not gate.agent_has_turn
    assert gate.items == {}
