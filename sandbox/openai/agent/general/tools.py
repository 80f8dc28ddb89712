"""Chooses among tools nobody here has seen before: by their names and descriptions, and by what the person said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.language import words
from sandbox.language.replies import bare, content_words
from sandbox.openai.agent.general.heard import Heard, question_for, spaced
from sandbox.openai.agent.general.schema_values import Schema, fits, value_for
from sandbox.openai.agent.turn import ToolSpec

_FITTING = 2
_EMPTY = frozenset(
    words(
        "get set fetch check find look lookup make do does run create update add send call use tool function info "
        "information data current currently user caller customer client person given return returns retrieve provide "
        "provides request requests value name the and for with from this that about when which what who how are was "
        "can will would could should please want need like have has had let now today there here your you any some "
        "not all one into its their them they"
    )
)
# What a tool is about, and the words by which people ask for it.
_MEANINGS: tuple[tuple[str, str], ...] = (
    (r"appointment|booking|book|reserv\w*|schedul\w*|visit|slot|availab\w*",
     r"\b(?:appointment|book|booking|reserv\w+|schedule|visit|come (?:by|over|out)|slot|availab\w+|table)\b"),
    (r"cancel\w*", r"\b(?:cancel\w*|call (?:it )?off)\b"),
    (r"transfer|human|escalat\w*|handoff|representative|operator|forward",
     r"\b(?:human|real person|representative|operator|manager|some(?:body|one)|agent|transfer|connect me)\b"),
    (r"weather|forecast|temperature",
     r"\b(?:weather|forecast|temperature|rain\w*|sunny|cold|snow\w*|degrees)\b"),
    (r"time|clock", r"\b(?:what time|the time|what's the time|clock)\b"),
    (r"hours|opening", r"\b(?:open|close|closing|opening|hours)\b"),
    (r"order|shipment|delivery|tracking|package",
     r"\b(?:order|package|parcel|shipment|deliver\w+|track\w*|shipped)\b"),
    (r"price|pricing|cost|quote|estimate", r"\b(?:price|cost|how much|quote|estimate|expensive|charge)\b"),
    (r"message|note|callback", r"\b(?:message|call me back|callback|let (?:him|her|them) know)\b"),
    (r"joke", r"\b(?:joke|funny|laugh)\b"),
    (r"emergency|urgent", r"\b(?:emergency|urgent|right away|immediately|flood\w*|burst)\b"),
)  # fmt: skip
_ENDS = re.compile(
    r"(?:end|finish|terminate|close|leave|stop)\w*_?(?:the_)?(?:call|conversation|chat|session)|"
    r"hang_?up|good_?bye|disconnect",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A tool to call with these arguments, or what has to be asked first."""

    tool: ToolSpec
    arguments: str = ""
    question: str = ""


def ending(tools: Iterable[ToolSpec]) -> ToolSpec | None:
    """The tool that ends the call, by its name."""
    return next((tool for tool in tools if _ENDS.search(spaced(tool.name).replace(" ", "_"))), None)


def best(tools: Sequence[ToolSpec], said: str) -> ToolSpec | None:
    """The tool that fits what was said; None when none does."""
    scored = [(_score(tool, said), -at) for at, tool in enumerate(tools)]
    score, at = max(scored, default=(0, 0))
    return tools[-at] if score >= _FITTING else None


def _score(tool: ToolSpec, said: str) -> int:
    spoken = _stems(content_words(said))
    named = _stems(spaced(tool.name).lower().split())
    described = _stems(bare(tool.description).split()) - named
    score = 2 * len(spoken & named) + len(spoken & described)
    about = f"{spaced(tool.name)} {tool.description}".lower()
    for of_tool, of_person in _MEANINGS:
        in_name = re.search(rf"\b(?:{of_tool})", spaced(tool.name).lower())
        if (in_name or re.search(rf"\b(?:{of_tool})", about)) and re.search(of_person, bare(said)):
            score += 3 if in_name else 2
    return score


def _stems(spelled: Iterable[str]) -> frozenset[str]:
    return frozenset(_stem(word) for word in spelled if len(word) > 2 and word not in _EMPTY)


def _stem(word: str) -> str:
    for ending_ in ("ings", "ing", "ies", "es", "ed", "s"):
        if word.endswith(ending_) and len(word) - len(ending_) >= 3:
            return word[: -len(ending_)]
    return word


def called_for(tool: ToolSpec, heard: Heard) -> Wanted:
    """A call with what was said; a question when something it requires was not."""
    schema = _object(tool.parameters)
    properties = schema.get("properties") or {}
    for name in schema.get("required") or ():
        part = properties.get(name) or {}
        if "const" not in part and not _optional(part) and heard.value(name, part) is None and not _nested(part):
            return Wanted(tool, question=question_for(name, part))
    return Wanted(tool, arguments=filled(tool, heard))


def filled(tool: ToolSpec, heard: Heard) -> str:
    """Arguments by the schema whatever was said, as a tool that must be called needs them."""
    schema = _object(tool.parameters)
    made = value_for(schema, lambda name, part: heard.value(name, part) if name else None)
    return json.dumps(made if fits(schema, made) else value_for(schema))


def _object(parameters: Schema) -> dict[str, Any]:
    return {"type": "object", **parameters} if "$ref" not in parameters else dict(parameters)


def _nested(schema: Schema) -> bool:
    return bool(schema.get("properties") or schema.get("$ref") or schema.get("allOf")) or schema.get("type") == "object"


def _optional(schema: Schema) -> bool:
    """Null will do, as strict tools say that a field may be left out."""
    kinds = schema.get("type")
    branches = schema.get("anyOf") or schema.get("oneOf") or ()
    nullable = isinstance(kinds, list) and "null" in kinds
    return nullable or any(isinstance(one, dict) and one.get("type") == "null" for one in branches)
