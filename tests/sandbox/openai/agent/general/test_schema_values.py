"""A value for any schema."""

import json
from typing import Any

import pytest

from sandbox.openai.agent.general.schema_values import fits, value_for

CLOSED = {"additionalProperties": False}
TREE = {
    "type": "object",
    "properties": {"next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}},
    "required": ["next"],
    **CLOSED,
}
SCHEMAS: list[dict[str, Any]] = [
    {"type": "object", "properties": {"a": {"type": "string", "minLength": 20, "maxLength": 22}}, "required": ["a"]},
    {"type": "integer", "minimum": 5, "maximum": 9, "multipleOf": 4},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    {"type": "number", "minimum": -5, "maximum": -1},
    {"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 5},
    {"type": "object", "properties": {"tree": {"$ref": "#/$defs/node"}}, "required": ["tree"], "$defs": {"node": TREE}},
    {"type": "array", "items": {"enum": ["a", "b", "c"]}, "minItems": 2, "uniqueItems": True},
    {"type": "array", "items": {"type": "integer", "multipleOf": 5}, "minItems": 3, "uniqueItems": True},
    {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False, "minItems": 2},
    {"type": ["string", "null"], "format": "date-time"},
    {"oneOf": [{"type": "null"}, {"type": "string", "pattern": r"^\+?[1-9]\d{1,14}$"}]},
    {"allOf": [{"properties": {"a": {"type": "string"}}, "required": ["a"]}, {"properties": {"b": {"const": 3}}}]},
    {"type": "object", "required": ["z"], "additionalProperties": {"type": "integer"}},
    {"type": "object", "minProperties": 2, "additionalProperties": {"type": "string"}},
    {"type": "string", "maxLength": 3},
    {"enum": [None, 1]},
    {},
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=json.dumps)
def test_what_is_made_out_of_nothing_fits(schema):
    assert fits(schema, value_for(schema))


def test_a_misfit_is_told():
    assert not fits({"type": "integer"}, "one")
    assert not fits(SCHEMAS[0], {"a": "short"})


@pytest.mark.parametrize("schema", [True, None, {"$ref": "#/nowhere"}, {"type": "object", "required": ["a"]}])
def test_schemas_that_are_none_break_nothing(schema):
    json.dumps(value_for(schema))


def test_what_is_known_is_used_where_it_fits():
    schema = {"properties": {"city": {"type": "string"}, "beds": {"type": "integer"}}, "required": ["city", "beds"]}
    known = {"city": "Oslo", "beds": "many"}
    assert value_for(schema, lambda name, part: known.get(name)) == {"city": "Oslo", "beds": 1}
