"""What each fault of Chat Completions does, as OpenAI's own client meets it."""

import json
import time
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI

from sandbox.config import Config
from sandbox.openai import chat
from sandbox.services import Services
from tests.sandbox.serving import serving
from tests.sandbox.watch import watched

KEY = "sk-sandbox"
TOOL = {"type": "function", "function": {"name": "book", "parameters": {"type": "object", "properties": {}}}}
ASKED = {"role": "user", "content": "Is a house by the lake still for sale?"}


@pytest.fixture
def services() -> Services:
    return watched(Services(Config(openai_key=KEY, llm_first_token_ms=20, llm_tokens_per_second=5000)))


@pytest.fixture
def client(services: Services) -> Iterator[OpenAI]:
    http = openai.DefaultHttpxClient(trust_env=False)
    with (
        serving(chat.routes(services)) as address,
        OpenAI(api_key=KEY, base_url=f"http://{address}/v1", max_retries=0, http_client=http) as client,
    ):
        yield client


def ask(client: OpenAI, *more: dict[str, Any], **options: Any) -> Any:
    messages: Any = [ASKED, *more]
    return client.chat.completions.create(model="gpt-4o-mini", messages=messages, **options)


def test_chat_unauthorized_refuses_the_key_once(client: OpenAI, services: Services) -> None:
    services.faults.add("chat.unauthorized")
    with pytest.raises(openai.AuthenticationError) as refused:
        ask(client)
    assert refused.value.code == "invalid_api_key"
    assert ask(client).choices[0].message.content


def test_chat_error_500_passes_when_tried_again(client: OpenAI, services: Services) -> None:
    services.faults.add("chat.error_500")
    with pytest.raises(openai.InternalServerError):
        ask(client)
    assert ask(client).choices[0].message.content


def test_chat_rate_limited_says_when_to_come_back_unless_the_quota_is_spent(client: OpenAI, services: Services) -> None:
    services.faults.add("chat.rate_limited", retry_after=0.05)
    assert ask(client.with_options(max_retries=1)).choices[0].message.content
    services.faults.add("chat.rate_limited", code="insufficient_quota")
    with pytest.raises(openai.RateLimitError) as refused:
        ask(client)
    assert refused.value.code == "insufficient_quota"


def test_chat_slow_keeps_the_first_token_back(client: OpenAI, services: Services) -> None:
    services.faults.add("chat.slow", seconds=0.4)
    began = time.monotonic()
    next(iter(ask(client, stream=True)))
    assert time.monotonic() - began >= 0.4


def test_chat_slow_tool_turn_strikes_after_a_tools_result_only(client: OpenAI, services: Services) -> None:
    services.faults.add("chat.slow_tool_turn", seconds=0.4)
    ask(client, tools=[TOOL])
    assert services.faults.struck["chat.slow_tool_turn"] == 0

    call = {"id": "call_1", "type": "function", "function": {"name": "book", "arguments": "{}"}}
    asked = {"role": "assistant", "content": None, "tool_calls": [call]}
    result = {"role": "tool", "tool_call_id": "call_1", "content": json.dumps({"ok": True})}
    began = time.monotonic()
    ask(client, asked, result, tools=[TOOL])
    assert time.monotonic() - began >= 0.4


def test_chat_midstream_error_breaks_a_stream_off(client: OpenAI, services: Services) -> None:
    services.faults.add("chat.midstream_error", tokens=2)
    stream = iter(ask(client, stream=True))
    heard = [next(stream).choices[0].delta.content for _ in range(2)]
    with pytest.raises(openai.APIError, match="had an error"):
        next(stream)
    assert heard[0] == ""
    assert heard[1]


@pytest.mark.parametrize("reason", ["length", "content_filter"])
def test_chat_cut_short_ends_an_answer_in_the_middle_and_says_why(
    client: OpenAI, services: Services, reason: str
) -> None:
    whole = ask(client).choices[0].message.content
    services.faults.add("chat.cut_short", pieces=3, reason=reason)
    *_, last = chunks = [chunk.choices[0] for chunk in ask(client, stream=True)]
    said = "".join(chunk.delta.content or "" for chunk in chunks)
    assert last.finish_reason == reason
    assert whole.startswith(said)
    assert 0 < len(said) < len(whole)


def test_what_a_model_gets_wrong_about_its_tools_it_gets_wrong_here_too(client: OpenAI, services: Services) -> None:
    services.faults.add("model.skips_tool", model="gpt-4o-mini", tool="book", says="You are booked.")
    message = ask(client, tools=[TOOL], tool_choice="required").choices[0].message
    assert (message.content, message.tool_calls) == ("You are booked.", None)
