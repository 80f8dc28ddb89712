"""Chat Completions over real sockets with the unmodified SDK: answers, streams, tools, refusals, faults."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from sandbox.config import Config
from sandbox.openai import chat
from sandbox.services import Services
from tests.sandbox.serving import serving
from tests.sandbox.talk import INSTRUCTIONS, OPENING, SCHEMAS
from tests.sandbox.watch import watched

KEY = "sk-sandbox"
TOOLS: list[dict[str, Any]] = [
    {"type": "function", "function": {"name": name, "strict": True, "parameters": schema}}
    for name, schema in SCHEMAS.items()
]
ALL_FACTS = [
    "I'm looking in Willow Creek.",
    "Up to four hundred fifty thousand dollars.",
    "Three bedrooms and two bathrooms.",
    "I'd like to move within three months.",
    "Yes, I'm pre-approved.",
]


@pytest.fixture
def quick() -> Services:
    return watched(Services(Config(openai_key=KEY, llm_first_token_ms=20, llm_tokens_per_second=5000)))


@pytest.fixture
def address(quick: Services) -> Iterator[str]:
    with serving(chat.routes(quick)) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[OpenAI]:
    with OpenAI(api_key=KEY, base_url=f"http://{address}/v1", max_retries=0, http_client=_http()) as client:
        yield client


def _http() -> Any:
    return openai.DefaultHttpxClient(trust_env=False)


def messages(*said: str) -> list[dict[str, Any]]:
    system = {"role": "system", "content": INSTRUCTIONS["buyer"]}
    return [system, {"role": "assistant", "content": OPENING}, *({"role": "user", "content": each} for each in said)]


def after_all_facts() -> list[dict[str, Any]]:
    """A conversation in which the model has every fact and its next step is to save and to search."""
    questions = [
        "Which area are you looking in?",
        "What price range are you comfortable with?",
        "How many bedrooms and bathrooms do you need?",
        "How soon would you like to move?",
        "Are you pre-approved for a mortgage?",
    ]
    turns = [
        each
        for question, fact in zip(questions, ALL_FACTS, strict=True)
        for each in ({"role": "assistant", "content": question}, {"role": "user", "content": fact})
    ]
    return [*messages("Yes, now is fine."), *turns]


def create(client: OpenAI, **more: Any) -> Any:
    return client.chat.completions.create(**{"model": "gpt-4o-mini", "messages": messages("Yes, sure."), **more})


def test_a_whole_answer_is_a_completion_of_the_dated_model(client: OpenAI) -> None:
    done = create(client)
    assert done.choices[0].message.content == "Great. Which area are you looking in?"
    assert done.choices[0].finish_reason == "stop"
    assert done.model == "gpt-4o-mini-2024-07-18"
    assert done.usage.total_tokens == done.usage.prompt_tokens + done.usage.completion_tokens > 50
    assert done._request_id.startswith("req_")


def test_a_stream_brings_the_same_words_in_several_pieces(client: OpenAI) -> None:
    chunks = list(create(client, stream=True))
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks]
    assert "".join(pieces) == "Great. Which area are you looking in?"
    assert len([piece for piece in pieces if piece]) > 4
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert all(chunk.usage is None for chunk in chunks)


def test_the_usage_chunk_has_no_choices_and_comes_last(client: OpenAI) -> None:
    *others, last = create(client, stream=True, stream_options={"include_usage": True})
    assert last.choices == []
    assert last.usage.completion_tokens > 0
    assert all(chunk.usage is None for chunk in others)


def test_tool_calls_are_split_over_chunks_and_join_by_index(client: OpenAI) -> None:
    chunks = list(create(client, stream=True, messages=after_all_facts(), tools=TOOLS))
    calls: dict[int, dict[str, str]] = {}
    for chunk in chunks:
        for part in chunk.choices[0].delta.tool_calls or ():
            call = calls.setdefault(part.index, {"id": part.id, "name": part.function.name, "arguments": ""})
            assert part.id is None or part.id == call["id"]
            call["arguments"] += part.function.arguments
    assert [call["name"] for call in calls.values()] == ["save_lead_preferences", "search_listings"]
    assert json.loads(calls[1]["arguments"])["areas"] == [{"kind": "neighborhood", "name": "Willow Creek"}]
    assert len({call["id"] for call in calls.values()}) == 2
    assert chunks[-1].choices[0].finish_reason == "tool_calls"


def test_the_sdks_own_stream_helper_gathers_the_calls(client: OpenAI) -> None:
    asked: Any = {"model": "gpt-4o-mini", "messages": after_all_facts(), "tools": TOOLS}
    with client.chat.completions.stream(**asked) as stream:
        for _ in stream:
            pass
        message = stream.get_final_completion().choices[0].message
    assert [call.function.name for call in message.tool_calls or ()] == ["save_lead_preferences", "search_listings"]


def test_one_call_at_a_time_when_parallel_calls_are_off(client: OpenAI) -> None:
    done = create(client, messages=after_all_facts(), tools=TOOLS, parallel_tool_calls=False)
    assert len(done.choices[0].message.tool_calls) == 1


@pytest.mark.parametrize(
    ("choice", "called"),
    [
        ("none", []),
        ("required", ["save_lead_preferences"]),
        ({"type": "function", "function": {"name": "search_listings"}}, ["search_listings"]),
    ],
)
def test_tool_choice_is_honoured(client: OpenAI, choice: Any, called: list[str]) -> None:
    message = create(client, messages=after_all_facts(), tools=TOOLS, tool_choice=choice).choices[0].message
    assert [call.function.name for call in message.tool_calls or ()] == called
    assert message.content or called


def test_a_long_prompt_seen_before_counts_as_cached(client: OpenAI) -> None:
    told = [{"role": "system", "content": "Mode: buyer. " + "You are patient. " * 400}, *messages("Yes.")[1:]]
    first, second = create(client, messages=told), create(client, messages=told)
    assert first.usage.prompt_tokens_details.cached_tokens == 0
    cached = second.usage.prompt_tokens_details.cached_tokens
    assert cached >= 1024
    assert cached % 128 == 0


def test_a_token_limit_cuts_the_answer(client: OpenAI) -> None:
    done = create(client, max_completion_tokens=3)
    assert done.choices[0].finish_reason == "length"
    assert len(done.choices[0].message.content) <= 12


def test_a_json_schema_is_answered_in_its_shape(client: OpenAI) -> None:
    schema = {
        "type": "object",
        "properties": {"summary": {"type": "string"}, "budget": {"type": ["integer", "null"]}},
        "required": ["summary", "budget"],
        "additionalProperties": False,
    }
    wanted = {"type": "json_schema", "json_schema": {"name": "notes", "schema": schema, "strict": True}}
    done = create(client, messages=after_all_facts(), response_format=wanted)
    told = json.loads(done.choices[0].message.content)
    assert told["budget"] == 450_000
    assert "Willow Creek" in told["summary"]


WEATHER: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the current weather in a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
PLUMBER = {"role": "system", "content": "You are Max, the assistant of Acme Plumbing."}


@pytest.mark.parametrize(
    ("choice", "ended"),
    [("required", "tool_calls"), ({"type": "function", "function": {"name": "get_weather"}}, "stop")],
)
def test_what_must_be_called_is_called_by_any_assistant(client: OpenAI, choice: Any, ended: str) -> None:
    said = [PLUMBER, {"role": "user", "content": "My sink is leaking."}]
    done = create(client, messages=said, tools=[WEATHER], tool_choice=choice).choices[0]
    assert (done.finish_reason, done.message.content) == (ended, None)
    assert set(json.loads(done.message.tool_calls[0].function.arguments)) == {"city"}


def test_a_stranger_s_tool_is_called_when_it_fits_and_its_result_told(client: OpenAI) -> None:
    said: list[Any] = [PLUMBER, {"role": "user", "content": "What is the weather in Oslo?"}]
    asked = create(client, messages=said, tools=[WEATHER]).choices[0]
    (call,) = asked.message.tool_calls
    assert (asked.finish_reason, json.loads(call.function.arguments)) == ("tool_calls", {"city": "Oslo"})
    said += [asked.message, {"role": "tool", "tool_call_id": call.id, "content": '{"degrees": 4}'}]
    assert "4" in create(client, messages=said, tools=[WEATHER]).choices[0].message.content


def test_json_mode_answers_with_an_object(client: OpenAI) -> None:
    said = [PLUMBER, {"role": "user", "content": 'Answer as json with the keys "problem" and "day".'}]
    done = create(client, messages=said, response_format={"type": "json_object"})
    assert set(json.loads(done.choices[0].message.content)) == {"problem", "day"}


def test_what_is_sent_fits_the_sdks_models_to_the_last_field(address: str) -> None:
    headers = {"authorization": f"Bearer {KEY}"}
    body = {"model": "gpt-4o-mini", "messages": after_all_facts(), "tools": TOOLS}
    with httpx.Client(trust_env=False, base_url=f"http://{address}", headers=headers) as http:
        whole = http.post("/v1/chat/completions", json=body).json()
        streamed = http.post("/v1/chat/completions", json=body | {"stream": True}).text
    lines = [line.removeprefix("data: ") for line in streamed.splitlines() if line]
    assert lines[-1] == "[DONE]"
    assert not ChatCompletion.model_validate(whole, strict=True).model_extra
    for line in lines[:-1]:
        assert not ChatCompletionChunk.model_validate(json.loads(line), strict=True).model_extra


REFUSED = [
    ({"model": None}, 400, None, None),
    ({"messages": None}, 400, "missing_required_parameter", "messages"),
    ({"response_format": {"type": "json_object"}}, 400, None, "messages"),
    ({"turbo": True}, 400, "unknown_parameter", "turbo"),
    ({"messages": []}, 400, "empty_array", "messages"),
    ({"messages": [{"role": "caller", "content": "Hi"}]}, 400, "invalid_value", "messages[0].role"),
    ({"messages": [{"role": "user", "content": 3}]}, 400, "invalid_type", "messages[0].content"),
    (
        {"messages": [{"role": "user", "content": "Hi", "mood": 1}]},
        400,
        "unknown_parameter",
        "messages[0].mood",
    ),
    ({"temperature": 3.5}, 400, "decimal_above_max_value", "temperature"),
    ({"temperature": "hot"}, 400, "invalid_type", "temperature"),
    ({"model": "gpt4o"}, 404, "model_not_found", None),
    ({"model": "gpt-realtime-2.1"}, 404, None, "model"),
    ({"stream_options": {"include_usage": True}}, 400, None, "stream_options"),
    ({"tool_choice": "auto"}, 400, None, "tool_choice"),
    ({"reasoning_effort": "low"}, 400, None, None),
    ({"model": "gpt-6-luna", "tools": TOOLS}, 400, None, "reasoning_effort"),
    ({"model": "gpt-6-luna", "max_tokens": 9}, 400, "unsupported_parameter", "max_tokens"),
]


class TestRefusals:
    @pytest.mark.provokes
    @pytest.mark.parametrize(
        ("change", "status", "code", "param"),
        REFUSED,
    )
    def test_what_the_service_refuses_is_refused_with_its_code(
        self, client: OpenAI, quick: Services, change: dict[str, Any], status: int, code: str | None, param: str | None
    ) -> None:
        with pytest.raises(openai.APIStatusError) as refused:
            client.post(
                "/chat/completions",
                cast_to=ChatCompletion,
                body={"model": "gpt-4o-mini", "messages": messages("Hi"), **change},
            )
        assert (refused.value.status_code, refused.value.code, refused.value.param) == (status, code, param)
        assert quick.complaints.count == 1

    @pytest.mark.provokes
    @pytest.mark.parametrize(
        ("parameters", "complaint"),
        [
            ({"type": "object", "properties": {}}, "'additionalProperties' is required to be supplied and to be false"),
            (
                {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False},
                "Missing 'a'",
            ),
            (
                {
                    "type": "object",
                    "properties": {"a": {"type": "string", "default": "x"}},
                    "required": ["a"],
                    "additionalProperties": False,
                },
                "In context=('properties', 'a'), 'default' is not permitted.",
            ),
        ],
    )
    def test_a_loose_schema_is_not_strict(self, client: OpenAI, parameters: dict[str, Any], complaint: str) -> None:
        tool = {"type": "function", "function": {"name": "find", "strict": True, "parameters": parameters}}
        with pytest.raises(openai.BadRequestError) as refused:
            create(client, tools=[tool])
        assert refused.value.code == "invalid_function_parameters"
        assert complaint in refused.value.message

    @pytest.mark.provokes
    def test_every_call_of_a_tool_needs_its_answer(self, client: OpenAI) -> None:
        call = {"id": "call_1", "type": "function", "function": {"name": "search_listings", "arguments": "{}"}}
        unanswered = [*messages("Hi"), {"role": "assistant", "content": None, "tool_calls": [call]}]
        with pytest.raises(openai.BadRequestError, match="did not have response messages: call_1"):
            create(client, messages=unanswered)
        stray = [*messages("Hi"), {"role": "tool", "tool_call_id": "call_9", "content": "{}"}]
        with pytest.raises(openai.BadRequestError, match="must be a response to a preceeding message"):
            create(client, messages=stray)

    @pytest.mark.parametrize("key", ["sk-wrong", ""])
    def test_a_wrong_or_missing_key_is_turned_away(self, address: str, key: str) -> None:
        headers = {"authorization": f"Bearer {key}"} if key else {}
        reply = httpx.post(f"http://{address}/v1/chat/completions", headers=headers, json={}, trust_env=False)
        assert reply.status_code == 401
        assert reply.json()["error"]["type"] == "invalid_request_error"

    @pytest.mark.provokes
    def test_a_body_that_is_no_json_is_refused(self, address: str) -> None:
        headers = {"authorization": f"Bearer {KEY}"}
        reply = httpx.post(f"http://{address}/v1/chat/completions", headers=headers, content=b"{", trust_env=False)
        assert reply.status_code == 400


def test_tokens_come_at_the_speed_of_the_settings() -> None:
    slow = watched(Services(Config(llm_first_token_ms=150, llm_tokens_per_second=40)))
    with serving(chat.routes(slow)) as address:
        client = OpenAI(api_key="any", base_url=f"http://{address}/v1", http_client=_http())
        began = time.monotonic()
        stream = iter(create(client, stream=True))
        next(stream)
        first = time.monotonic() - began
        list(stream)
        whole = time.monotonic() - began
        client.close()
    assert 0.15 <= first < whole
    assert whole >= 0.15 + 9 / 40
