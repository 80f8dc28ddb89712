"""The agent's next move."""

from sandbox.openai.agent import Message
from sandbox.openai.agent.briefing import read
from sandbox.openai.agent.conversation_state import read_conversation
from sandbox.openai.agent.plan import Planner

OPENING = Message("assistant", "Hi, is now a good time?")


def move_after(*messages: Message, mode: str = "buyer", tools: frozenset[str] = frozenset()):
    return Planner(read_conversation((OPENING, *messages), read(f"Mode: {mode}")), tools).next_move()


def test_a_buyer_is_asked_for_the_area_first_and_a_seller_for_the_address():
    assert "area" in move_after(Message("user", "Yes.")).text.lower()
    assert "address" in move_after(Message("user", "Yes."), mode="seller").text.lower()


def test_without_a_side_it_asks_for_it():
    assert "buy" in move_after(Message("user", "Yes."), mode="auto").text.lower()


def test_a_goodbye_ends_the_call_with_an_outcome():
    state = read_conversation((OPENING, Message("user", "Not interested.")), read("Mode: buyer"))
    move = Planner(state, frozenset({"end_call"})).goodbye("Thank you.", "not_interested")
    assert move.text.startswith("Thank you.")
    assert [name for name, _ in move.calls] == ["end_call"]
