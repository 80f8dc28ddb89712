"""Mistakes of the model with its tools, on a reply."""

from sandbox.faults import Faults
from sandbox.openai.agent import Reply, ToolCall
from sandbox.openai.model_faults import with_model_faults

CALL = ToolCall("call_1", "search_listings", '{"area": "Mueller"}')
REPLY = Reply("One moment.", (CALL,))


def after(name: str, reply: Reply = REPLY) -> Reply:
    faults = Faults()
    faults.add(name)
    return with_model_faults(reply, lambda fault, tool: faults.take(fault))


def test_without_a_fault_and_without_a_tool_nothing_changes():
    assert with_model_faults(REPLY, lambda fault, tool: None) == REPLY
    assert after("model.skips_tool", Reply("Hello.")) == Reply("Hello.")


def test_a_skipped_call_is_gone_and_claimed_done():
    assert after("model.skips_tool") == Reply("All right, that is done.")


def test_a_repeated_call_has_an_id_of_its_own():
    first, second = after("model.repeats_tool").tool_calls
    assert (first, second.arguments) == (CALL, CALL.arguments)
    assert first.id != second.id


def test_bad_arguments_are_cut_json():
    arguments = after("model.bad_arguments").tool_calls[0].arguments
    assert arguments
    assert CALL.arguments.startswith(arguments)
    assert arguments != CALL.arguments
