"""Turn typed functions into tools: their signature gives the schema for the models and the check of what they send.

A tool's first parameter is its `ToolUseContext`; every other one becomes a property of its arguments. Schemas use only
what OpenAI's strict mode accepts: no additional properties, every property required, optional ones nullable.
"""

import inspect
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from calls.models import Call
from leads.errors import ServiceError
from leads.profile.provenance import RejectedField, StatementSource
from leads.text import depth_of, one_line, storable

UNSUPPORTED = ("title", "default", "minLength", "maxLength")  # strict mode refuses a schema that has them
OUT_OF_RANGE = ("greater_than_equal", "less_than_equal", "multiple_of", "greater_than", "less_than")
LONGEST_ARGUMENTS = 8_000  # characters; a model is given 1024 tokens for a whole answer
DEEPEST_ARGUMENTS = 6  # levels; the tools' own have four
LONGEST_NAME = 60  # characters of a field's name, which may be invented
MOST_NAMED = 20  # fields at fault
LONGEST_MESSAGE = 400  # characters of what is wrong with arguments
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as it is offered to a model; `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: Json


@dataclass(frozen=True, slots=True)
class ToolUseContext:
    """What the server adds to a tool call: the call, an idempotency key, the time, and fields found invalid."""

    call: Call
    key: str
    now: datetime
    turn: int | None = None
    rejected: tuple[RejectedField, ...] = ()

    @property
    def source(self) -> StatementSource:
        """The source of a fact learned by this tool call."""
        return StatementSource(at=self.now, call_id=self.call.pk, turn=self.turn)

    @property
    def is_test(self) -> bool:
        """Whether the call is one of a comparison's test calls."""
        return self.call.comparison_id is not None

    @property
    def call_id(self) -> uuid.UUID:
        """The call's id."""
        return self.call.pk


@dataclass(frozen=True, slots=True)
class Tool:
    """A registered function. `by_field` tools get the valid fields of invalid arguments, the others as rejections."""

    spec: ToolSpec
    arguments: type[BaseModel]
    function: Callable[..., Json]
    by_field: bool = False
    ends_call: bool = False
    hands_over: bool = False

    def run(self, context: ToolUseContext, arguments: Mapping[str, Any]) -> Json:
        """Check the arguments and call the function; its data. Raises ServiceError, INVALID_ARGUMENTS among others."""
        checked, rejected = self._checked(arguments)
        given = {name: getattr(checked, name) for name in type(checked).model_fields}
        return self.function(_with(context, rejected), **given)

    def _checked(self, arguments: Mapping[str, Any]) -> tuple[BaseModel, tuple[RejectedField, ...]]:
        try:
            return self.arguments.model_validate(arguments), ()
        except ValidationError as error:
            wrong = _wrong_fields(error)
            if not self.by_field or not wrong.keys() <= self.arguments.model_fields.keys():
                raise _invalid(error, wrong) from None
        kept = {name: value for name, value in arguments.items() if name not in wrong}
        rejected = tuple(RejectedField(name, reason) for name, reason in wrong.items())
        try:
            return self.arguments.model_validate(kept), rejected
        except ValidationError as error:
            raise _invalid(error, _wrong_fields(error)) from None


class Registry:
    """The tools by name, in the order they were declared."""

    def __init__(self) -> None:
        self._tools: dict[str, Tool] = {}

    def tool(
        self, *, by_field: bool = False, ends_call: bool = False, hands_over: bool = False
    ) -> Callable[[Callable[..., Json]], Callable[..., Json]]:
        """Register a function as a tool with its name, described to the models by its docstring."""

        def declare(function: Callable[..., Json]) -> Callable[..., Json]:
            name = function.__name__
            arguments = _arguments_of(function)
            spec = ToolSpec(name, _description(function), strict_schema(arguments))
            self._tools[name] = Tool(spec, arguments, function, by_field, ends_call, hands_over)
            return function

        return declare

    def specs(self) -> tuple[ToolSpec, ...]:
        """Return the specs of all tools."""
        return tuple(tool.spec for tool in self._tools.values())

    def find(self, name: str) -> Tool | None:
        """Return the tool of that name, None if there is none."""
        return self._tools.get(name)


def strict_schema(model: type[BaseModel]) -> Json:
    """Return the model's JSON schema in OpenAI's strict dialect, with references resolved."""
    schema = model.model_json_schema()
    resolved = _strict(schema, schema.get("$defs", {}))
    resolved.pop("description", None)
    return resolved


def parse_arguments(text: str) -> Json:
    """Parse the JSON text of a tool's arguments. Raises ServiceError INVALID_ARGUMENTS, as when it was cut short.

    What no column can hold is left out, NUL for example, which models write now and then (for an accent, say). Numbers
    that are not finite become text, so that only their own field is refused.
    """
    if len(text) > LONGEST_ARGUMENTS:
        raise _unreadable("arguments are too long")
    try:
        arguments = json.loads(text or "{}")
    except (ValueError, RecursionError):
        arguments = None
    if not isinstance(arguments, dict):
        raise _unreadable("arguments are not a JSON object")
    if depth_of(arguments, at_most=DEEPEST_ARGUMENTS + 1) > DEEPEST_ARGUMENTS:
        raise _unreadable("arguments are nested too deep")
    kept: Json = storable(arguments)
    return kept


def _unreadable(why: str) -> ServiceError:
    return ServiceError("INVALID_ARGUMENTS", why, say="", retryable=True)


def _arguments_of(function: Callable[..., Json]) -> type[BaseModel]:
    parameters = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    fields: dict[str, Any] = {
        parameter.name: (parameter.annotation, ... if parameter.default is parameter.empty else parameter.default)
        for parameter in parameters
    }
    return create_model(function.__name__, __config__=ConfigDict(extra="forbid"), **fields)


def _description(function: Callable[..., Json]) -> str:
    return " ".join(inspect.cleandoc(function.__doc__ or "").split())


def _strict(schema: Json, definitions: Json) -> Json:
    if "$ref" in schema:
        target = {**definitions[schema["$ref"].rpartition("/")[2]]}
        target.pop("description", None)  # the class's docstring speaks to developers
        return _strict({**target, **{key: value for key, value in schema.items() if key != "$ref"}}, definitions)
    if "anyOf" in schema:
        return _nullable(schema, definitions)
    result = {key: value for key, value in schema.items() if key not in (*UNSUPPORTED, "$defs")}
    if "maxLength" in schema and schema.get("type") == "string":
        result["description"] = ". ".join(filter(None, (result.get("description"), _at_most(schema["maxLength"]))))
    if "items" in result:
        result["items"] = _strict(result["items"], definitions)
    if result.get("type") == "object":
        properties = {name: _strict(sub, definitions) for name, sub in result.get("properties", {}).items()}
        result |= {"properties": properties, "required": list(properties), "additionalProperties": False}
    return result


def _at_most(length: int) -> str:
    """Say in words the limit that strict mode has no keyword for."""
    return f"At most {length} characters"


def _nullable(schema: Json, definitions: Json) -> Json:
    """Write an optional value as one schema with a list of types, which all models and validators read the same way."""
    [option] = [_strict(each, definitions) for each in schema["anyOf"] if each.get("type") != "null"]
    result = {**option, "type": [option["type"], "null"]}
    if "enum" in result:
        result["enum"] = [*result["enum"], None]
    if "description" in schema:
        result["description"] = schema["description"]
    return result


def _wrong_fields(error: ValidationError) -> dict[str, str]:
    """Return the reason by top-level field."""
    reasons: dict[str, str] = {}
    for problem in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        kind = "INVALID_RANGE" if problem["type"] in OUT_OF_RANGE else "INVALID_ARGUMENTS"
        reasons.setdefault(name, kind)
    return reasons


def _invalid(error: ValidationError, wrong: Mapping[str, str]) -> ServiceError:
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    told = "; ".join(f"{'.'.join(map(_name, problem['loc']))}: {problem['msg']}" for problem in problems[:5])
    message = one_line(told, LONGEST_MESSAGE)
    code = "INVALID_RANGE" if set(wrong.values()) == {"INVALID_RANGE"} else "INVALID_ARGUMENTS"
    return ServiceError(code, message, say="", retryable=True, fields=map(_name, list(wrong)[:MOST_NAMED]))


def _name(place: str | int) -> str:
    return one_line(str(place), LONGEST_NAME)


def _with(context: ToolUseContext, rejected: tuple[RejectedField, ...]) -> ToolUseContext:
    if not rejected:
        return context
    return ToolUseContext(context.call, context.key, context.now, context.turn, rejected)
