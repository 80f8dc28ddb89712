"""One turn of the model."""

import json
from dataclasses import replace

import pytest

from sandbox.openai.agent import Message, ModelTurn, ToolSpec, extract, respond
from sandbox.openai.agent.general.schema_values import fits

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


@pytest.mark.parametrize("instructions", ["Mode: buyer", "You answer for Acme Plumbing."])
def test_json_fits_its_schema_whatever_was_said(instructions):
    turn = replace(TURN, instructions=instructions)
    blood = {"blood_type": {"type": "string", "enum": ["A", "B"]}}
    more = SCHEMA | {"properties": SUMMARY | blood, "required": ["summary", "blood_type"]}
    for schema in (SCHEMA, more):
        assert fits(schema, json.loads(extract(turn, schema)))


def test_an_object_of_no_given_shape_has_the_keys_that_are_named_or_an_answer():
    keys = replace(TURN, instructions="Answer in json with the keys \"name\" and 'city'.")
    assert set(json.loads(extract(keys, {"type": "object"}))) == {"name", "city"}
    assert json.loads(extract(TURN, {"type": "object"}))["answer"]


@pytest.mark.parametrize("choice", ["required", "book_table"])
def test_the_real_estate_agent_too_must_call_what_it_is_told_to(choice):
    shape = {"type": "object", "properties": {"guests": {"type": "integer", "minimum": 2}}, "required": ["guests"]}
    reply = respond(replace(TURN, tools=(ToolSpec("book_table", "Books a table.", shape),), tool_choice=choice))
    assert [(call.name, fits(shape, json.loads(call.arguments))) for call in reply.tool_calls] == [("book_table", True)]
