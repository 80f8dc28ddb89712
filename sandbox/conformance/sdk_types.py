"""Checks a JSON object against one of the OpenAI SDK's own types, strictly: models and TypedDicts alike.

The SDK's models allow unknown fields and coerce numbers, its parameter types check nothing; the real service does
neither. Problems carry the code and the wording the service uses (``unknown_parameter``, ``missing_required_parameter``
...). "Shape" is a model or a TypedDict.
"""

import types
import typing
from collections.abc import Iterable, Iterator, Sequence
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


def misfits(annotation: Any, value: Any, path: str = "") -> Iterator[Problem]:
    """Everything about ``value`` that ``annotation`` (a type of the SDK) does not allow; path "" is the whole body."""
    annotation = _bare(annotation)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        yield from _union_misfits(arguments, value, path)
    elif origin is typing.Literal:
        if value not in arguments or isinstance(value, bool):
            yield wrong_value(path, value, arguments)
    elif _is_sequence(origin):
        yield from _list_misfits(arguments[0], value, path)
    elif origin is dict or annotation is dict:
        yield from _dict_misfits(arguments, value, path)
    elif _is_shape(annotation):
        yield from _shape_misfits(annotation, value, path)
    else:
        yield from _scalar_misfits(annotation, value, path)


def _bare(annotation: Any) -> Any:
    """Without Annotated, Required and NotRequired, and what an alias stands for."""
    while typing.get_origin(annotation) in (typing.Required, typing.NotRequired, typing.Annotated):
        annotation = typing.get_args(annotation)[0]
    return getattr(annotation, "__value__", annotation)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _is_shape(annotation: Any) -> bool:
    """A TypedDict may be of typing or of typing_extensions, which the SDK uses."""
    return _is_model(annotation) or hasattr(annotation, "__required_keys__")


def _is_sequence(origin: Any) -> bool:
    return isinstance(origin, type) and issubclass(origin, Iterable) and not issubclass(origin, (dict, str))


def _scalar_misfits(annotation: Any, value: Any, path: str) -> Iterator[Problem]:
    if annotation in (object, Any):
        return
    accepted = (int, float) if annotation is float else (annotation,)
    if type(value) not in accepted:
        yield wrong_type(path, value, _KINDS.get(annotation, "another type"))


def _list_misfits(item: Any, value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield wrong_type(path, value, "an array")
        return
    for index, one in enumerate(value):
        yield from misfits(item, one, f"{path}[{index}]")


def _dict_misfits(arguments: tuple[Any, ...], value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield wrong_type(path, value, "an object")
        return
    for key, one in value.items() if arguments else ():
        yield from misfits(arguments[1], one, f"{path}.{key}")


@cache
def fields_of(shape: Any) -> dict[str, tuple[Any, bool]]:
    """Name on the wire to annotation and whether it must be there."""
    if _is_model(shape):
        named = shape.model_fields.items()
        return {field.alias or name: (field.annotation, field.is_required()) for name, field in named}
    hints = typing.get_type_hints(shape, include_extras=True)
    return {name: (annotation, _is_required(shape, name, annotation)) for name, annotation in hints.items()}


def _is_required(shape: Any, name: str, annotation: Any) -> bool:
    """What a field of a TypedDict says of itself counts: ``__required_keys__`` is blind to annotations that are text,
    as all of the SDK's are.
    """
    marked = typing.get_origin(annotation)
    if marked in (typing.Required, typing.NotRequired):
        return marked is typing.Required
    return name in shape.__required_keys__


def _shape_misfits(shape: Any, value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield wrong_type(path, value, "an object")
        return
    fields = fields_of(shape)
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
    arms = tuple(_bare(arm) for arm in arms if arm is not type(None))
    shapes = [arm for arm in arms if _is_shape(arm)]
    if isinstance(value, dict) and shapes:
        yield from _meant_misfits(shapes, value, path)
        return
    tried = [list(misfits(arm, value, path)) for arm in arms]
    if all(tried):
        yield min(tried, key=len)[0]


def _meant_misfits(shapes: Sequence[Any], value: dict[str, Any], path: str) -> Iterator[Problem]:
    """The problems with the shape the value means, told by its ``type`` and ``role``."""
    meant = [shape for shape in shapes if all(_tag_fits(shape, tag, value) for tag in ("type", "role"))]
    if not meant:
        yield _unfit_tag(shapes, value, path)
        return
    tried = [list(_shape_misfits(shape, value, path)) for shape in meant]
    yield from min(tried, key=len)


@cache
def _tags(shape: Any, tag: str) -> tuple[Any, ...]:
    """The values of ``type`` or ``role`` that name this shape; () when any does."""
    return literals(fields_of(shape)[tag][0]) if tag in fields_of(shape) else ()


def literals(annotation: Any) -> tuple[Any, ...]:
    """All values that the Literals in an annotation name."""
    annotation = _bare(annotation)
    if typing.get_origin(annotation) is typing.Literal:
        return typing.get_args(annotation)
    return tuple(value for arm in typing.get_args(annotation) for value in literals(arm))


def _tag_fits(shape: Any, tag: str, value: dict[str, Any]) -> bool:
    tags = _tags(shape, tag)
    return not tags or (value[tag] in tags if tag in value else not fields_of(shape)[tag][1])


def _unfit_tag(shapes: Sequence[Any], value: dict[str, Any], path: str) -> Problem:
    of_type = [shape for shape in shapes if _tag_fits(shape, "type", value)]
    tag = "role" if of_type else "type"
    if tag not in value:
        return missing(f"{path}.{tag}")
    return wrong_value(f"{path}.{tag}", value[tag], [name for shape in of_type or shapes for name in _tags(shape, tag)])
