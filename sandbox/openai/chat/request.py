"""Validates the body of ``POST /v1/chat/completions`` and turns it into a turn for the model."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming

from sandbox.conformance.sdk_types import Problem, misfits
from sandbox.openai.agent import Message, ModelTurn, ToolCall, ToolSpec
from sandbox.openai.chat.strict import plain_faults, schema_faults

SNAPSHOTS = {"gpt-4o-mini": "gpt-4o-mini-2024-07-18", "gpt-4o": "gpt-4o-2024-08-06", "gpt-4.1": "gpt-4.1-2025-04-14"}
CHAT_MODEL = re.compile(r"^(gpt-\d|chatgpt-|o\d)")
OTHER_MODEL = re.compile(r"realtime|transcribe|-tts|whisper|image|embedding|instruct")
REASONING_MODEL = re.compile(r"^(o\d|gpt-[5-9])(?!.*-chat)")
TOOL_NAME = re.compile(r"^[a-zA-Z0-9_-]{1,64}$")
RANGES = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "presence_penalty": (-2, 2),
    "frequency_penalty": (-2, 2),
    "n": (1, 128),
    "top_logprobs": (0, 20),
    "max_completion_tokens": (1, None),
    "max_tokens": (1, None),
}


class Refused(Exception):
    """The service's answer to a request it does not accept: status and the error's fields."""

    def __init__(self, status: int, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.param, self.code = status, message, param, code


@dataclass(frozen=True)
class ChatRequest:
    """The parts of a request that change the answer; limit is max_completion_tokens."""

    turn: ModelTurn
    model: str
    stream: bool
    include_usage: bool
    include_obfuscation: bool
    limit: int | None
    stop: tuple[str, ...]
    schema: Mapping[str, Any] | None
    choices: int = 1
    named_tool: bool = False


JSON_MODE: Mapping[str, Any] = {"type": "object"}
"""Under JSON mode any object will do."""


def read_request(body: Any, *, extra_models: Sequence[str] = ()) -> ChatRequest:
    """Reads and checks a request. Raises Refused."""
    if not isinstance(body, dict):
        raise Refused(400, "We could not parse the JSON body of your request.")
    if not body.get("model"):
        raise Refused(400, "you must provide a model parameter")
    for problem in _shape_problems(body):
        raise Refused(400, problem.message, param=problem.param, code=problem.code)
    _check_model(body["model"], extra_models)
    for refused in (
        *_range_problems(body),
        *_conflicts(body),
        *_tool_problems(body),
        *_format_problems(body),
        *_sequence_problems(body["messages"]),
    ):
        raise refused
    return _read(body)


def _shape_problems(body: dict[str, Any]) -> Iterator[Problem]:
    plain = {name: value for name, value in body.items() if value is not None}
    if isinstance(plain.get("stream"), bool):
        del plain["stream"]
    if isinstance(plain.get("messages"), list):
        plain["messages"] = [_without_annotations(message) for message in plain["messages"]]
    yield from misfits(CompletionCreateParamsNonStreaming, plain, "")
    if plain.get("messages") == []:
        message = (
            "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead."
        )
        yield Problem("empty_array", message, "messages")


def _without_annotations(message: Any) -> Any:
    """An answer carries ``annotations``, and OpenAI's own examples put it back into the messages as it came."""
    if isinstance(message, dict) and message.get("role") == "assistant":
        return {name: value for name, value in message.items() if name != "annotations"}
    return message


def _check_model(model: str, extra_models: Sequence[str]) -> None:
    if model in extra_models:
        return
    if OTHER_MODEL.search(model):
        message = "This is not a chat model and thus not supported in the v1/chat/completions endpoint."
        raise Refused(404, message, param="model")
    if not CHAT_MODEL.match(model):
        message = f"The model `{model}` does not exist or you do not have access to it."
        raise Refused(404, message, code="model_not_found")


def _range_problems(body: dict[str, Any]) -> Iterator[Refused]:
    for name, (low, high) in RANGES.items():
        value = body.get(name)
        if value is None:
            continue
        kind = "decimal" if isinstance(value, float) else "integer"
        bounds = (
            (value < low, "below", "minimum", ">=", low),
            (high is not None and value > high, "above", "maximum", "<=", high),
        )
        for outside, side, limit, sign, bound in bounds:
            if outside:
                message = (
                    f"Invalid '{name}': {kind} {side} {limit} value. "
                    f"Expected a value {sign} {bound}, but got {value} instead."
                )
                yield Refused(400, message, param=name, code=f"{kind}_{side}_{limit[:3]}_value")


def _conflicts(body: dict[str, Any]) -> Iterator[Refused]:
    if body.get("stream_options") is not None and not body.get("stream"):
        yield Refused(
            400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", param="stream_options"
        )
    for name in ("tool_choice", "parallel_tool_calls"):
        if body.get(name) is not None and not body.get("tools"):
            yield Refused(
                400, f"Invalid value for '{name}': '{name}' is only allowed when 'tools' are specified.", param=name
            )
    yield from _reasoning_conflicts(body, reasons=bool(REASONING_MODEL.match(body["model"])))


def _reasoning_conflicts(body: dict[str, Any], *, reasons: bool) -> Iterator[Refused]:
    """What only one family takes: openai/openai-openapi#541 (2026-05) and langchain_dart#712 show these bodies."""
    effort = body.get("reasoning_effort")
    if not reasons and effort is not None:
        yield Refused(400, "Unrecognized request argument supplied: reasoning_effort")
    if reasons and body.get("max_tokens") is not None:
        message = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        )
        yield Refused(400, message, param="max_tokens", code="unsupported_parameter")
    if re.match(r"^gpt-(5\.[4-9]|[6-9])", body["model"]) and body.get("tools") and effort != "none":
        message = (
            f"Function tools with reasoning_effort are not supported for {body['model']} in /v1/chat/completions. "
            "To use function tools, use /v1/responses or set reasoning_effort to 'none'."
        )
        yield Refused(400, message, param="reasoning_effort")


def _tool_problems(body: dict[str, Any]) -> Iterator[Refused]:
    for index, tool in enumerate(body.get("tools") or ()):
        function = tool.get("function") or {}
        name, path = str(function.get("name", "")), f"tools[{index}].function"
        if tool.get("type") == "function" and not TOOL_NAME.match(name):
            message = (
                f"Invalid '{path}.name': string does not match pattern. Expected a string that matches the pattern "
                "'^[a-zA-Z0-9_-]+$'."
            )
            yield Refused(400, message, param=f"{path}.name", code="invalid_value")
        for fault in _parameter_faults(function):
            message = f"Invalid schema for function '{name}': {fault}"
            yield Refused(400, message, param=f"{path}.parameters", code="invalid_function_parameters")
    yield from _unknown_choice(body)


def _parameter_faults(function: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a function's parameters; one without any takes none."""
    parameters = function.get("parameters") or {}
    if function.get("strict"):
        yield from schema_faults(parameters)
    elif parameters:
        yield from plain_faults(parameters)


def _unknown_choice(body: dict[str, Any]) -> Iterator[Refused]:
    names = {tool.name for tool in _tools(body)}
    choice = body.get("tool_choice")
    for wanted in _chosen_names(choice) if isinstance(choice, dict) else ():
        if wanted not in names:
            message = f"Invalid value for 'tool_choice': Tool choice '{wanted}' not found in 'tools' parameter."
            yield Refused(400, message, param="tool_choice")


def _format_problems(body: dict[str, Any]) -> Iterator[Refused]:
    """Rules of ``response_format``: the word json under JSON mode, Structured Outputs' under a strict schema.

    Both bodies are quoted in many threads: openai/openai-python#1763, dottxt-ai/outlines#1666.
    """
    wanted = body.get("response_format") or {}
    if wanted.get("type") == "json_object":
        if not any("json" in _text(message.get("content")).lower() for message in body["messages"]):
            message = (
                "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
            )
            yield Refused(400, message, param="messages")
    elif wanted.get("type") == "json_schema":
        named, schema = wanted["json_schema"], wanted["json_schema"].get("schema") or {}
        if not TOOL_NAME.match(named["name"]):
            message = (
                "Invalid 'response_format.json_schema.name': string does not match pattern. Expected a string that "
                "matches the pattern '^[a-zA-Z0-9_-]+$'."
            )
            yield Refused(400, message, param="response_format.json_schema.name", code="invalid_value")
        for fault in schema_faults(schema) if named.get("strict") else plain_faults(schema, any_type=True):
            message = f"Invalid schema for response_format '{named['name']}': {fault}"
            yield Refused(400, message, param="response_format")


def _sequence_problems(messages: Sequence[dict[str, Any]]) -> Iterator[Refused]:
    """Each call of a tool is answered right after it, and nothing else is (bodies as in sdcb/chats#132)."""
    waiting: list[str] = []
    asked_at = 0
    for index, message in enumerate(messages):
        if message["role"] == "tool":
            if message["tool_call_id"] not in waiting:
                text = (
                    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
                    "'tool_calls'."
                )
                yield Refused(400, text, param=f"messages.[{index}].role")
            waiting = [call for call in waiting if call != message["tool_call_id"]]
            continue
        yield from _unanswered(waiting, index)
        waiting, asked_at = [call["id"] for call in message.get("tool_calls") or ()], index
    yield from _unanswered(waiting, asked_at + 1)


def _unanswered(waiting: Sequence[str], index: int) -> Iterator[Refused]:
    if waiting:
        text = (
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            f"'tool_call_id'. The following tool_call_ids did not have response messages: {', '.join(waiting)}"
        )
        yield Refused(400, text, param=f"messages.[{index}].role")


def _read(body: dict[str, Any]) -> ChatRequest:
    options = body.get("stream_options") or {}
    stop = body.get("stop") or ()
    return ChatRequest(
        turn=_turn(body),
        model=SNAPSHOTS.get(body["model"], body["model"]),
        stream=bool(body.get("stream")),
        include_usage=bool(options.get("include_usage")),
        include_obfuscation=options.get("include_obfuscation", True) is not False,
        limit=body.get("max_completion_tokens") or body.get("max_tokens"),
        stop=(stop,) if isinstance(stop, str) else tuple(stop),
        schema=_answer_schema(body.get("response_format") or {}),
        choices=body.get("n") or 1,
        named_tool=isinstance(body.get("tool_choice"), dict) and "function" in body["tool_choice"],
    )


def _answer_schema(response_format: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if response_format.get("type") == "json_schema":
        schema: Mapping[str, Any] = response_format["json_schema"].get("schema") or {}
        return schema
    return JSON_MODE if response_format.get("type") == "json_object" else None


def _turn(body: dict[str, Any]) -> ModelTurn:
    allowed = _allowed(body.get("tool_choice"))
    return ModelTurn(
        instructions="",
        tools=tuple(tool for tool in _tools(body) if allowed is None or tool.name in allowed),
        messages=tuple(_message(message) for message in body["messages"]),
        tool_choice=_tool_choice(body.get("tool_choice")),
        parallel_tool_calls=body.get("parallel_tool_calls") is not False,
    )


def _tools(body: dict[str, Any]) -> tuple[ToolSpec, ...]:
    functions = [tool["function"] for tool in body.get("tools") or () if tool.get("type") == "function"]
    return tuple(
        ToolSpec(function["name"], function.get("description") or "", function.get("parameters") or {})
        for function in functions
    )


def _tool_choice(choice: Any) -> str:
    """auto, none, required, or the name of the one function that must be called."""
    if isinstance(choice, dict):
        if choice.get("type") == "allowed_tools":
            return str(choice["allowed_tools"]["mode"])
        return next(iter(_chosen_names(choice)), "auto")
    return choice or "auto"


def _allowed(choice: Any) -> frozenset[str] | None:
    """The names a choice of ``allowed_tools`` leaves of the tools; None when it leaves all."""
    restricts = isinstance(choice, dict) and choice.get("type") == "allowed_tools"
    return frozenset(_chosen_names(choice)) if restricts else None


def _chosen_names(choice: Mapping[str, Any]) -> list[str]:
    listed = choice["allowed_tools"]["tools"] if choice.get("type") == "allowed_tools" else [choice]
    named = [each.get("function") or each.get("custom") or {} for each in listed if isinstance(each, dict)]
    return [str(each.get("name") or "") for each in named if isinstance(each, dict)]


def _message(message: dict[str, Any]) -> Message:
    calls = [call for call in message.get("tool_calls") or () if call.get("type") == "function"]
    return Message(
        role=message["role"],
        text=_text(message.get("content")),
        tool_calls=tuple(ToolCall(c["id"], c["function"]["name"], c["function"]["arguments"]) for c in calls),
        tool_call_id=str(message.get("tool_call_id") or ""),
    )


def _text(content: Any) -> str:
    if isinstance(content, list):
        return " ".join(str(part.get("text") or part.get("refusal") or "") for part in content).strip()
    return content or ""
