"""The ids of tool calls."""

from sandbox.openai.agent import Message, ModelTurn
from sandbox.openai.agent.turn import call_id


def turn_after(*messages: Message) -> ModelTurn:
    return ModelTurn(instructions="Sell homes.", messages=messages, tools=())


def test_the_same_turn_gives_the_same_id_and_another_turn_another():
    turn, later = turn_after(Message("user", "Hello")), turn_after(Message("user", "Hello"), Message("user", "Bye"))
    assert call_id(turn, "end_call", "{}", 0) == call_id(turn, "end_call", "{}", 0)
    ids = {call_id(turn, "end_call", "{}", 0), call_id(turn, "end_call", "{}", 1), call_id(later, "end_call", "{}", 0)}
    assert len(ids) == 3
