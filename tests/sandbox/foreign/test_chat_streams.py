"""A text agent on OpenAI's asynchronous client: streams answers as they come, runs tools, and hangs up in between."""

from collections.abc import Iterator
from typing import Any

import openai
import pytest

from sandbox.config import Config
from sandbox.openai import chat
from sandbox.services import Services
from tests.sandbox.foreign.test_sdks import KEY, TOOL
from tests.sandbox.serving import serving
from tests.sandbox.watch import watched

TOOLS: Any = [{"type": "function", "function": {key: TOOL[key] for key in ("name", "description", "parameters")}}]
SYSTEM = "You are the assistant of a brokerage and talk to a buyer. Mode: buyer."


@pytest.fixture
def address() -> Iterator[str]:
    config = Config(openai_key=KEY, llm_first_token_ms=20, llm_tokens_per_second=500)
    with serving(chat.routes(watched(Services(config)))) as address:
        yield f"http://{address}/v1"


@pytest.fixture
def client(address: str) -> openai.AsyncOpenAI:
    quiet = openai.DefaultAsyncHttpxClient(trust_env=False)
    return openai.AsyncOpenAI(api_key=KEY, base_url=address, max_retries=0, http_client=quiet)


def conversation(*said: str) -> list[Any]:
    system = {"role": "system", "content": SYSTEM}
    return [system, *({"role": "user", "content": words} for words in said)]


async def test_words_come_one_after_the_other_and_the_usage_last(client: openai.AsyncOpenAI) -> None:
    async with client:
        stream = await client.chat.completions.create(
            model="gpt-4o-mini",
            messages=conversation("Hello, I would like to buy a house."),
            stream=True,
            stream_options={"include_usage": True},
        )
        chunks = [chunk async for chunk in stream]

    *pieces, usage = chunks
    words = [chunk.choices[0].delta.content for chunk in pieces if chunk.choices[0].delta.content]
    assert len(words) > 4
    assert pieces[0].choices[0].delta.role == "assistant"
    assert pieces[-1].choices[0].finish_reason == "stop"
    assert (usage.choices, len({chunk.id for chunk in chunks})) == ([], 1)
    assert usage.usage is not None
    assert usage.usage.completion_tokens >= len(words) // 2


async def test_the_stream_helper_runs_a_tool_and_speaks_of_its_result(client: openai.AsyncOpenAI) -> None:
    messages = conversation("I am looking for a house in Willow Creek.")
    ask: Any = {"model": "gpt-4o-mini", "messages": messages, "tools": TOOLS}
    this_one: Any = {"type": "function", "function": {"name": "search_listings"}}
    async with client:
        async with client.chat.completions.stream(**ask, tool_choice=this_one) as stream:
            kinds = {event.type async for event in stream}
            asked = (await stream.get_final_completion()).choices[0].message
        assert asked.tool_calls
        call, function = asked.tool_calls[0], asked.tool_calls[0].function
        assert function.name == "search_listings"
        assert "Willow Creek" in function.arguments
        assert "tool_calls.function.arguments.done" in kinds

        named = {"name": function.name, "arguments": function.arguments}
        called = {"id": call.id, "type": "function", "function": named}
        result = {"role": "tool", "tool_call_id": call.id, "content": '{"homes": []}'}
        messages += [{"role": "assistant", "tool_calls": [called]}, result]
        async with client.chat.completions.stream(**ask) as stream:
            text = "".join([event.delta async for event in stream if event.type == "content.delta"])
            final = await stream.get_final_completion()

    assert text
    assert final.choices[0].message.content == text


async def test_an_answer_goes_back_into_the_messages_as_it_came(client: openai.AsyncOpenAI) -> None:
    messages = conversation("Hello, I would like to buy a house.")
    async with client:
        first = await client.chat.completions.create(model="gpt-4o-mini", messages=messages)
        messages += [first.choices[0].message, {"role": "user", "content": "In Willow Creek."}]
        second = await client.chat.completions.create(model="gpt-4o-mini", messages=messages)

    assert second.choices[0].message.content != first.choices[0].message.content


async def test_a_stream_left_in_the_middle_leaves_the_endpoint_to_the_next(client: openai.AsyncOpenAI) -> None:
    ask: Any = {"model": "gpt-4o-mini", "messages": conversation("Hello, I would like to buy a house.")}
    async with client:
        stream = await client.chat.completions.create(**ask, stream=True)
        async for chunk in stream:
            if chunk.choices[0].delta.content:
                break
        await stream.close()

        again = await client.chat.completions.create(**ask)

    assert again.choices[0].finish_reason == "stop"
