"""The state of a conversation, read back from its messages."""

import json

from sandbox.openai.agent import Message, ToolCall
from sandbox.openai.agent.briefing import read
from sandbox.openai.agent.conversation_state import ConversationState, read_conversation

BRIEFING = read("Mode: buyer\nAreas we have homes in: Willow Creek and Maple Heights\n")


def state_after(*messages: Message) -> ConversationState:
    return read_conversation(messages, BRIEFING)


def test_an_answer_becomes_a_fact_and_the_question_counts_as_asked():
    state = state_after(Message("assistant", "How many bedrooms do you need?"), Message("user", "Three bedrooms."))
    assert (state.topic, state.asked["beds"], state.facts["beds"].value) == ("beds", 1, 3)
    assert state.unsaved == ["beds"]


def test_what_was_saved_is_not_saved_again():
    call = ToolCall("call_1", "save_lead_preferences", "{}")
    state = state_after(
        Message("assistant", "How many bedrooms do you need?"),
        Message("user", "Three bedrooms."),
        Message("assistant", "", tool_calls=(call,)),
        Message("tool", json.dumps({"ok": True}), tool_call_id="call_1"),
    )
    assert state.unsaved == []
    assert [outcome.name for outcome in state.outcomes] == ["save_lead_preferences"]


def test_an_answer_nobody_understands_is_counted():
    state = state_after(Message("assistant", "How many bedrooms do you need?"), Message("user", "Well, you know."))
    assert not state.understood
    assert state.confused["beds"] == 1


def test_a_goodbye_of_the_agent_ends_it():
    assert state_after(Message("assistant", "Thank you for your time. Goodbye.")).ending
