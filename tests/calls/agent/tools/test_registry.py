"""Signatures become schemas that OpenAI's strict mode accepts, and arguments are checked by the same signatures."""

import pytest
from jsonschema import Draft202012Validator

from calls.agent.tools.functions import registry
from calls.agent.tools.registry import ToolSpec, parse_arguments
from calls.agent.tools.runner import openai_chat_tools, openai_realtime_tools
from leads.errors import ServiceError
from tests.calls.agent.tools.schemas import SPECS, nodes

# https://platform.openai.com/docs/guides/structured-outputs: what strict mode knows
ALLOWED = {
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "description",
    "minimum",
    "maximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "format",
}


def test_the_agent_has_its_tools() -> None:
    assert list(SPECS) == [
        "search_listings",
        "check_availability",
        "schedule_appointment",
        "save_lead_preferences",
        "save_seller_details",
        "transfer_to_human",
        "end_call",
    ]


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_schemas_keep_to_strict_mode(spec: ToolSpec) -> None:
    Draft202012Validator.check_schema(spec.parameters)
    for node in nodes(spec.parameters):
        assert node.keys() <= ALLOWED
        if "object" in node["type"]:
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_every_tool_explains_itself(spec: ToolSpec) -> None:
    assert len(spec.description) > 40


@pytest.mark.parametrize("text", ["{", '{"a": ', "[1]", '"x"', "nonsense"])
def test_arguments_cut_short_are_refused(text: str) -> None:
    with pytest.raises(ServiceError, match="INVALID_ARGUMENTS"):
        parse_arguments(text)


def test_no_arguments_are_an_empty_object() -> None:
    assert parse_arguments("") == {}


def test_both_engines_are_offered_the_same_functions() -> None:
    chat, realtime = openai_chat_tools(registry.specs()), openai_realtime_tools(registry.specs())
    assert all(tool["function"]["strict"] is True for tool in chat)
    assert all("strict" not in tool for tool in realtime)
    shown = ("name", "description", "parameters")
    assert [[tool["function"][key] for key in shown] for tool in chat] == [
        [tool[key] for key in shown] for tool in realtime
    ]


def test_arguments_are_without_what_no_row_can_hold() -> None:
    text = '{"notes": "caf\\u0000e", "areas": [{"name": "\\u0000Lakeside"}], "beds": 3}'
    assert parse_arguments(text) == {"notes": "cafe", "areas": [{"name": "Lakeside"}], "beds": 3}
