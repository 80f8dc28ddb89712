"""Does a JSON object fit one of the SDK's own models? A strict walk over their type annotations.

The SDK's models allow unknown fields and coerce numbers; the real service does neither. Problems carry the
code and the wording the service uses (``unknown_parameter``, ``missing_required_parameter`` ...).
"""

import types
import typing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from openai import BaseModel


@dataclass(frozen=True)
class Problem:
    """``param`` is the dotted path of the field, as in an error's ``param``."""

    code: str
    message: str
    param: str


def unknown(path: str) -> Problem:
    return Problem("unknown_parameter", f"Unknown parameter: '{path}'.", path)


def missing(path: str) -> Problem:
    return Problem("missing_required_parameter", f"Missing required parameter: '{path}'.", path)


def wrong_value(path: str, value: object, supported: Sequence[object]) -> Problem:
    names = ", ".join(f"'{name}'" for name in supported)
    return Problem("invalid_value", f"Invalid value: '{value}'. Supported values are: {names}.", path)


def wrong_type(path: str, value: object, expected: str) -> Problem:
    message = f"Invalid type for '{path}': expected {expected}, but got {_kind(value)} instead."
    return Problem("invalid_type", message, path)


_KINDS = {
    bool: "a boolean",
    int: "an integer",
    float: "a decimal number",
    str: "a string",
    list: "an array",
    dict: "an object",
    type(None): "null",
}


def _kind(value: object) -> str:
    return _KINDS.get(type(value), type(value).__name__)


def misfits(annotation: Any, value: Any, path: str) -> Iterator[Problem]:
    """Everything about ``value`` that ``annotation`` (a type of the SDK) does not allow."""
    if typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        yield from _union_misfits(arguments, value, path)
    elif origin is typing.Literal:
        if value not in arguments or isinstance(value, bool):
            yield wrong_value(path, value, arguments)
    elif origin in (list, tuple):
        yield from _list_misfits(arguments, value, path)
    elif origin is dict:
        yield from _dict_misfits(arguments, value, path)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _model_misfits(annotation, value, path)
    else:
        yield from _scalar_misfits(annotation, value, path)


def _scalar_misfits(annotation: Any, value: Any, path: str) -> Iterator[Problem]:
    if annotation in (object, Any):
        return
    accepted = (int, float) if annotation is float else (annotation,)
    if type(value) not in accepted:
        yield wrong_type(path, value, _KINDS.get(annotation, "another type"))


def _list_misfits(arguments: tuple[Any, ...], value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield wrong_type(path, value, "an array")
        return
    for index, one in enumerate(value):
        yield from misfits(arguments[0], one, f"{path}[{index}]")


def _dict_misfits(arguments: tuple[Any, ...], value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield wrong_type(path, value, "an object")
        return
    for key, one in value.items():
        yield from misfits(arguments[1], one, f"{path}.{key}")


@cache
def _fields(model: type[BaseModel]) -> dict[str, tuple[Any, bool]]:
    return {field.alias or name: (field.annotation, field.is_required()) for name, field in model.model_fields.items()}


def _model_misfits(model: type[BaseModel], value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield wrong_type(path, value, "an object")
        return
    fields = _fields(model)
    prefix = f"{path}." if path else ""
    yield from (missing(prefix + name) for name, (_, required) in fields.items() if required and name not in value)
    for name, one in value.items():
        if name in fields:
            yield from misfits(fields[name][0], one, prefix + name)
        else:
            yield unknown(prefix + name)


def _union_misfits(arms: tuple[Any, ...], value: Any, path: str) -> Iterator[Problem]:
    if value is None:
        if type(None) not in arms:
            yield wrong_type(path, value, "a value")
        return
    arms = tuple(arm for arm in arms if arm is not type(None))
    models = [arm for arm in map(_bare, arms) if isinstance(arm, type) and issubclass(arm, BaseModel)]
    if isinstance(value, dict) and models:
        yield from _arm_misfits(models, value, path)
        return
    tried = [list(misfits(arm, value, path)) for arm in arms]
    if all(tried):
        yield min(tried, key=len)[0]


def _bare(arm: Any) -> Any:
    return typing.get_args(arm)[0] if typing.get_origin(arm) is typing.Annotated else arm


def _arm_misfits(models: list[type[BaseModel]], value: dict[str, Any], path: str) -> Iterator[Problem]:
    """The problems with the arm the value means, told by its ``type`` (and ``role``)."""
    meant = [model for model in models if _is_meant(model, value)]
    if not meant:
        yield _unfit_tag(models, value, path)
        return
    tried = [list(_model_misfits(model, value, path)) for model in meant]
    yield from min(tried, key=len)


@cache
def _tags(model: type[BaseModel]) -> dict[str, tuple[Any, ...]]:
    found = {
        name: _literals(model.model_fields[name].annotation) for name in ("type", "role") if name in model.model_fields
    }
    return {name: values for name, values in found.items() if values}


def _literals(annotation: Any) -> tuple[Any, ...]:
    if typing.get_origin(annotation) is typing.Literal:
        return typing.get_args(annotation)
    return tuple(value for arm in typing.get_args(annotation) for value in _literals(arm))


def _is_meant(model: type[BaseModel], value: dict[str, Any]) -> bool:
    return all(name not in value or value[name] in values for name, values in _tags(model).items())


def _unfit_tag(models: list[type[BaseModel]], value: dict[str, Any], path: str) -> Problem:
    of_type = [model for model in models if value.get("type") in _tags(model).get("type", ())]
    name = "role" if of_type else "type"
    supported = [tag for model in of_type or models for tag in _tags(model).get(name, ())]
    return wrong_value(f"{path}.{name}", value.get(name), supported)
