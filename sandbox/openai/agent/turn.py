"""The model's interface: what it is given for one turn and what it returns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool on offer; parameters is a JSON schema, as in Chat Completions and Realtime."""

    name: str
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call of an offered tool; arguments is JSON text."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the conversation; role is system, developer, user, assistant or tool."""

    role: str
    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""


@dataclass(frozen=True, slots=True)
class ModelTurn:
    """Everything the model knows for one answer.

    tool_choice is "auto", "none", "required" or the name of the one tool that must be called. With
    parallel_tool_calls off at most one call comes back per turn.
    """

    instructions: str
    tools: tuple[ToolSpec, ...] = ()
    messages: tuple[Message, ...] = ()
    tool_choice: str = "auto"
    parallel_tool_calls: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model says, the tools it calls, or both. Text may be empty only beside a tool call."""

    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()


def call_id(turn: ModelTurn, name: str, arguments: str, place: int) -> str:
    """The same turn gives the same id; another turn, tool or place in the turn gives another."""
    seed = f"{len(turn.messages)}|{place}|{name}|{arguments}"
    return "call_" + hashlib.sha256(seed.encode()).hexdigest()[:24]
