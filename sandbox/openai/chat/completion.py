"""Formats the model's answer as Chat Completions: tokens, usage, the whole object and the chunks of a stream."""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sandbox.openai.agent import Reply, ToolCall
from sandbox.openai.chat.request import ChatRequest

FINGERPRINT = "fp_sandbox"
CACHE_FROM = 1024
CACHE_STEP = 128
"""Prompts of 1,024 tokens and more are cached in steps of 128 (OpenAI, prompt caching)."""


def tokens_in(text: str) -> int:
    """About four characters to a token."""
    return (len(text) + 3) // 4


def pieces(text: str) -> list[str]:
    """Text cut as a stream sends it: words with the space before them, long ones in parts of a few characters."""
    return re.findall(r"\s*\S{1,8}", text) + ([] if not text or text.strip() else [text])


@dataclass(frozen=True)
class Answer:
    """What is sent back: the reply as far as the limits allow, and why it ended."""

    id: str
    created: int
    model: str
    text: str
    tool_calls: tuple[ToolCall, ...]
    finish_reason: str
    usage: dict[str, Any]


class PromptCache:
    """Remembers recent prompts, so that usage shows cached tokens as the service would."""

    def __init__(self, *, size: int = 64) -> None:
        self._known: OrderedDict[str, None] = OrderedDict()
        self._size = size

    def cached_tokens(self, texts: list[str]) -> int:
        """Tokens of the longest prefix seen before; remembers this prompt."""
        total, cached, digest = 0, 0, hashlib.sha256()
        for text in texts:
            digest.update(text.encode())
            total += tokens_in(text) + 4
            if digest.hexdigest() in self._known:
                cached = total
            self._remember(digest.hexdigest())
        return cached // CACHE_STEP * CACHE_STEP if cached >= CACHE_FROM else 0

    def _remember(self, key: str) -> None:
        self._known[key] = None
        self._known.move_to_end(key)
        while len(self._known) > self._size * 32:
            self._known.popitem(last=False)


def prompt_texts(wanted: ChatRequest) -> list[str]:
    """The prompt in the order the service reads it: tools, then messages."""
    tools = [f"{tool.name} {tool.description} {tool.parameters}" for tool in wanted.turn.tools]
    said = [
        " ".join([message.role, message.text, *(f"{call.name} {call.arguments}" for call in message.tool_calls)])
        for message in wanted.turn.messages
    ]
    return [*tools, *said]


def answer(wanted: ChatRequest, reply: Reply, *, number: int, created: int, cache: PromptCache) -> Answer:
    text, reason = _limited(reply.text, wanted)
    calls = () if reason == "length" else reply.tool_calls
    texts = prompt_texts(wanted)
    spoken = [text, *(call.name + call.arguments for call in calls)]
    written = wanted.choices * sum(map(tokens_in, spoken))
    usage = _usage(sum(tokens_in(each) + 4 for each in texts), cache.cached_tokens(texts), written)
    seed = hashlib.sha256(f"{number}|{created}".encode()).hexdigest()[:28]
    # A call that was not the model's own choice ends with "stop": live answers of others, 500 of 500.
    ended = "tool_calls" if calls and not wanted.named_tool else reason
    return Answer(f"chatcmpl-{seed}", created, wanted.model, text, calls, ended, usage)


def cut_short(done: Answer, *, kept: int, reason: str) -> Answer:
    """The answer as it is when it ends after so many pieces, for that reason."""
    return replace(done, text="".join(pieces(done.text)[:kept]), tool_calls=(), finish_reason=reason)


def _limited(text: str, wanted: ChatRequest) -> tuple[str, str]:
    for stop in wanted.stop:
        text = text.split(stop)[0] if stop else text
    if wanted.limit is not None and tokens_in(text) > wanted.limit:
        return text[: wanted.limit * 4], "length"
    return text, "stop"


def _usage(prompt: int, cached: int, completion: int) -> dict[str, Any]:
    nothing = {
        "audio_tokens": 0,
        "reasoning_tokens": 0,
        "accepted_prediction_tokens": 0,
        "rejected_prediction_tokens": 0,
    }
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
        "completion_tokens_details": nothing,
    }


def whole(done: Answer, wanted: ChatRequest) -> dict[str, Any]:
    """The body of an answer that is not streamed."""
    message: dict[str, Any] = {"role": "assistant", "content": done.text or None, "refusal": None, "annotations": []}
    if done.tool_calls:
        message["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in done.tool_calls
        ]
    choice = {"message": message, "logprobs": None, "finish_reason": done.finish_reason}
    head = {"id": done.id, "object": "chat.completion", "created": done.created, "model": done.model}
    tail = {"usage": done.usage, "service_tier": "default", "system_fingerprint": FINGERPRINT}
    return head | {"choices": [{"index": index} | choice for index in range(wanted.choices)]} | tail


def deltas(done: Answer) -> Iterator[tuple[dict[str, Any], int]]:
    """The deltas of a stream, each with the tokens it took to write."""
    content = None if done.tool_calls and not done.text else ""
    yield {"role": "assistant", "content": content, "refusal": None}, 0
    for piece in pieces(done.text):
        yield {"content": piece}, tokens_in(piece)
    for index, call in enumerate(done.tool_calls):
        opening = {"name": call.name, "arguments": ""}
        yield {"tool_calls": [{"index": index, "id": call.id, "type": "function", "function": opening}]}, 4
        for start in range(0, len(call.arguments), 12):
            part = {"index": index, "function": {"arguments": call.arguments[start : start + 12]}}
            yield {"tool_calls": [part]}, 3


def chunks(
    done: Answer, wanted: ChatRequest, delta: dict[str, Any], *, finish: str | None = None
) -> list[dict[str, Any]]:
    """One chunk for each choice; with include_usage each has a usage field, null until the last."""
    choice = {"delta": delta, "logprobs": None, "finish_reason": finish}
    return [_chunk(done, wanted, [{"index": index} | choice], None) for index in range(wanted.choices)]


def usage_chunk(done: Answer, wanted: ChatRequest) -> dict[str, Any]:
    """The last chunk under include_usage: no choices."""
    return _chunk(done, wanted, [], done.usage)


def _chunk(
    done: Answer, wanted: ChatRequest, choices: list[dict[str, Any]], usage: dict[str, Any] | None
) -> dict[str, Any]:
    head = {"id": done.id, "object": "chat.completion.chunk", "created": done.created, "model": done.model}
    body = head | {"service_tier": "default", "system_fingerprint": FINGERPRINT, "choices": choices}
    if wanted.include_usage:
        body["usage"] = usage
    if wanted.include_obfuscation:
        body["obfuscation"] = hashlib.sha256(repr(choices).encode()).hexdigest()[: 4 + len(choices)]
    return body
