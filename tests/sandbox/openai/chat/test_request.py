"""The body of a request for Chat Completions."""

import contextlib
import functools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.openai.agent import extract, respond
from sandbox.openai.chat.request import Refused, read_request

GOOD = {"model": "gpt-4o-mini", "messages": [{"role": "system", "content": "Sell."}, {"role": "user", "content": "Hi"}]}


def test_a_good_body_becomes_a_turn_of_the_dated_model():
    wanted = read_request(GOOD | {"stream": True, "stop": "END"})
    assert (wanted.model, wanted.stream, wanted.stop) == ("gpt-4o-mini-2024-07-18", True, ("END",))
    assert [message.role for message in wanted.turn.messages][-1] == "user"


@pytest.mark.parametrize(
    ("change", "status", "param"),
    [
        ({"model": "gpt-realtime"}, 404, "model"),
        ({"model": "llama"}, 404, None),
        ({"messages": []}, 400, "messages"),
        ({"temperature": 3}, 400, "temperature"),
        ({"mood": "good"}, 400, "mood"),
    ],
)
def test_what_the_service_refuses_is_refused_by_its_field(change, status, param):
    with pytest.raises(Refused) as refused:
        read_request(GOOD | change)
    assert (refused.value.status, refused.value.param) == (status, param)


def tool(name="find", strict=None, **parameters):
    function = {"name": name, "parameters": parameters} | ({} if strict is None else {"strict": strict})
    return {"type": "function", "function": function}


CITY = {"type": "object", "properties": {"city": {"type": "string"}}}


@pytest.mark.parametrize(
    ("change", "param", "words"),
    [
        ({"model": None}, None, "you must provide a model parameter"),
        ({"messages": None}, "messages", "Missing required parameter: 'messages'."),
        ({"messages": [{"content": "Hi"}]}, "messages[0].role", "Missing"),
        ({"messages": [{"role": "tool", "content": "{}"}]}, "messages[0].tool_call_id", "Missing"),
        ({"tools": [{"type": "function"}]}, "tools[0].function", "Missing"),
        ({"tools": [tool(type="string")]}, "tools[0].function.parameters", "'type: \"object\"'"),
        ({"tools": [tool(type="object", properties=[])]}, "tools[0].function.parameters", "is not of type"),
        ({"tools": [tool()], "tool_choice": {"type": "function", "function": {"name": "x"}}}, "tool_choice", "'x'"),
        ({"response_format": {"type": "json_object"}}, "messages", "must contain the word 'json'"),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "a", "strict": True, "schema": CITY}}},
            "response_format",
            "In context=(), 'additionalProperties' is required",
        ),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "town"}}}},
            "response_format",
            "Invalid schema for response_format 'a'",
        ),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "a b"}}},
            "response_format.json_schema.name",
            "",
        ),
    ],
)
def test_what_a_request_lacks_or_promises_wrongly_is_refused(change, param, words):
    body = {name: value for name, value in (GOOD | change).items() if value is not None}
    with pytest.raises(Refused) as refused:
        read_request(body)
    assert (refused.value.status, refused.value.param) == (400, param)
    assert words in refused.value.message


def test_the_word_json_may_stand_in_any_message():
    said = [*GOOD["messages"], {"role": "user", "content": [{"type": "text", "text": "As JSON, please."}]}]
    assert read_request(GOOD | {"messages": said, "response_format": {"type": "json_object"}}).schema is not None


def test_allowed_tools_leave_the_others_out():
    choice = {"mode": "required", "tools": [{"type": "function", "function": {"name": "b"}}]}
    body = GOOD | {"tools": [tool("a"), tool("b")], "tool_choice": {"type": "allowed_tools", "allowed_tools": choice}}
    turn = read_request(body).turn
    assert (turn.tool_choice, [one.name for one in turn.tools]) == ("required", ["b"])


WHOLE = GOOD | {
    "tools": [tool(strict=True, **CITY, required=["city"], additionalProperties=False)],
    "tool_choice": {"type": "function", "function": {"name": "find"}},
    "response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": CITY}},
    "stream_options": {"include_usage": True},
    "stream": True,
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value, path=()):
    """The path of everything in it."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


@given(place=st.sampled_from([*places(WHOLE)][1:]), value=JSON, gone=st.booleans())
@settings(max_examples=400, deadline=None)
def test_no_body_breaks_the_endpoint(place, value, gone):
    """Whatever stands in the place of any part of a request, it is read or refused, and what is read is answered."""
    body = json.loads(json.dumps(WHOLE))
    *way, last = place
    owner = functools.reduce(lambda part, key: part[key], way, body)
    if gone:
        del owner[last]
    else:
        owner[last] = value
    with contextlib.suppress(Refused):
        wanted = read_request(body)
        assert respond(wanted.turn).tool_calls or extract(wanted.turn, wanted.schema or {}) is not None


def test_a_model_of_ones_own_is_accepted_when_it_is_listed():
    assert read_request(GOOD | {"model": "llama"}, extra_models=["llama"]).model == "llama"
