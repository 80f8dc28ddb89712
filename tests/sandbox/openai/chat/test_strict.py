"""Strict tool schemas."""

import pytest

from sandbox.openai.chat.strict import schema_faults

GOOD = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}


def test_a_closed_object_with_every_property_required_is_strict():
    assert list(schema_faults(GOOD)) == []


@pytest.mark.parametrize(
    "change",
    [{"additionalProperties": True}, {"required": []}, {"properties": {"a": {"type": "string", "default": "x"}}}],
)
def test_anything_else_is_named(change):
    assert list(schema_faults(GOOD | change))
