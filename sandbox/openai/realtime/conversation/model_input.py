"""What the model is given for a response: the conversation as messages, and its cost in tokens. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from sandbox.openai.agent.turn import Message, ToolCall, ToolSpec
from sandbox.openai.realtime.conversation.items import Item

# OpenAI's own figures: a token for each 100 ms heard and for each 50 ms spoken.
MS_PER_TOKEN_HEARD, MS_PER_TOKEN_SPOKEN = 100, 50
CHARACTERS_PER_TOKEN = 4
CACHED_BLOCK = 64


def text_tokens(text: str) -> int:
    return -(-len(text) // CHARACTERS_PER_TOKEN)


def spoken_tokens(ms: float) -> int:
    return round(ms / MS_PER_TOKEN_SPOKEN)


@dataclass(frozen=True)
class Share:
    """The part of a context that one item takes; equal keys mean equal content."""

    key: tuple[str, int]
    text: int
    audio: int


def share_of(item: Item) -> Share:
    if item.sound is None:
        return Share((item.id, item.version), text_tokens(item.text + item.name) + 3, 0)
    per_token = MS_PER_TOKEN_SPOKEN if item.role == "assistant" else MS_PER_TOKEN_HEARD
    spoken_text = text_tokens(item.text) if item.role == "assistant" else 0
    return Share((item.id, item.version), spoken_text, round(item.sound.ms / per_token))


def shares_of(instructions: str, tools: Sequence[Mapping[str, Any]], items: Iterable[Item]) -> list[Share]:
    """Instructions and tools first: when they change, nothing after them is cached."""
    head = instructions + "".join(str(tool) for tool in tools)
    return [Share((head, 0), text_tokens(head), 0), *map(share_of, items)]


def input_usage(now: Sequence[Share], before: Sequence[Share]) -> dict[str, Any]:
    """Input tokens of this context; cached is what it begins with in common with the one before."""
    common = [a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(now, before, strict=False))]
    text, audio = sum(s.text for s in now), sum(s.audio for s in now)
    cached_text, cached_audio = _blocks(sum(s.text for s in common)), _blocks(sum(s.audio for s in common))
    return {
        "text_tokens": text,
        "audio_tokens": audio,
        "image_tokens": 0,
        "cached_tokens": cached_text + cached_audio,
        "cached_tokens_details": {"text_tokens": cached_text, "audio_tokens": cached_audio, "image_tokens": 0},
    }


def _blocks(tokens: int) -> int:
    return tokens // CACHED_BLOCK * CACHED_BLOCK


def usage_of(input_details: dict[str, Any], *, output_text: int, output_audio: int) -> dict[str, Any]:
    """``response.done``'s usage."""
    input_tokens = input_details["text_tokens"] + input_details["audio_tokens"]
    return {
        "total_tokens": input_tokens + output_text + output_audio,
        "input_tokens": input_tokens,
        "output_tokens": output_text + output_audio,
        "input_token_details": input_details,
        "output_token_details": {"text_tokens": output_text, "audio_tokens": output_audio},
    }


def messages_of(items: Iterable[Item]) -> tuple[Message, ...]:
    """The conversation as the model reads it: a call stands beside what was said with it."""
    messages: list[Message] = []
    for item in items:
        match item.type:
            case "function_call":
                call = ToolCall(id=item.call_id, name=item.name, arguments=item.text)
                said = messages.pop() if messages and messages[-1].role == "assistant" else Message("assistant")
                messages.append(Message("assistant", said.text, (*said.tool_calls, call)))
            case "function_call_output":
                messages.append(Message("tool", item.text, tool_call_id=item.call_id))
            case _ if item.role != "assistant" or item.text:
                messages.append(Message(item.role, item.text))
    return tuple(messages)


def tools_of(tools: Sequence[Mapping[str, Any]]) -> tuple[ToolSpec, ...]:
    return tuple(
        ToolSpec(str(tool["name"]), str(tool.get("description") or ""), tool.get("parameters") or {}) for tool in tools
    )


def tool_choice_of(choice: str | Mapping[str, Any]) -> str:
    """auto, none, required, or the name of the one function that must be called."""
    return choice if isinstance(choice, str) else str(choice.get("name", "auto"))
