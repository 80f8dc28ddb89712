"""One turn of the model."""

import json

from sandbox.openai.agent import Message, ModelTurn, ToolSpec, extract, respond

TURN = ModelTurn(instructions="Mode: buyer", messages=(Message("user", "Hello?"),), tools=())
SUMMARY = {"summary": {"type": "string"}}
SCHEMA = {"type": "object", "properties": SUMMARY, "required": ["summary"]}


def test_the_same_turn_gets_the_same_answer():
    assert respond(TURN) == respond(TURN)
    assert respond(TURN).text


def test_dictated_words_are_said_as_they_are():
    dictated = ModelTurn(instructions="Begin by saying exactly this, then stop: Good morning.", messages=(), tools=())
    assert respond(dictated).text == "Good morning."


def test_a_demanded_tool_is_called():
    tool = ToolSpec("end_call", "Ends the call.", {"type": "object", "properties": {}})
    turn = ModelTurn(instructions="", messages=TURN.messages, tools=(tool,), tool_choice="end_call")
    assert [call.name for call in respond(turn).tool_calls] == ["end_call"]


def test_json_fits_its_schema_or_is_empty():
    assert json.loads(extract(TURN, SCHEMA))["summary"]
    more = {"properties": SUMMARY | {"blood_type": {"type": "string"}}, "required": ["summary", "blood_type"]}
    assert extract(TURN, SCHEMA | more) == "{}"
