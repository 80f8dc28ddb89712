"""Does a request body fit the SDK's own parameter types? A strict walk over its TypedDicts.

Problems carry the service's codes and wording, as those of ``sandbox.openai.conformance`` for its models.
"""

import types
import typing
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Literal, NotRequired, Required, Union

from sandbox.openai.conformance import Problem, missing, unknown, wrong_type, wrong_value

_EXPECTED = {str: "a string", int: "an integer", float: "a decimal number", bool: "a boolean"}


def misfits(annotation: Any, value: Any, path: str) -> Iterator[Problem]:
    """Everything about the value that the annotation does not allow; path is "" for the whole body."""
    annotation = _bare(annotation)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (Union, types.UnionType):
        yield from _union_misfits(arguments, value, path)
    elif origin is Literal:
        if value not in arguments or isinstance(value, bool):
            yield wrong_value(path, value, arguments)
    elif _is_sequence(origin):
        yield from _list_misfits(arguments[0], value, path)
    elif origin is dict or annotation is dict:
        if not isinstance(value, dict):
            yield wrong_type(path, value, "an object")
    elif _is_shape(annotation):
        yield from _dict_misfits(annotation, value, path)
    else:
        yield from _scalar_misfits(annotation, value, path)


def _bare(annotation: Any) -> Any:
    while typing.get_origin(annotation) in (Required, NotRequired, typing.Annotated):
        annotation = typing.get_args(annotation)[0]
    return getattr(annotation, "__value__", annotation)


def _is_shape(annotation: Any) -> bool:
    """A TypedDict, be it of typing or of typing_extensions, which the SDK uses."""
    return hasattr(annotation, "__required_keys__")


def _is_sequence(origin: Any) -> bool:
    return isinstance(origin, type) and issubclass(origin, Iterable) and not issubclass(origin, (dict, str))


def _scalar_misfits(annotation: Any, value: Any, path: str) -> Iterator[Problem]:
    if annotation in (object, Any):
        return
    if annotation is type(None):
        if value is not None:
            yield wrong_type(path, value, "null")
        return
    accepted: tuple[Any, ...] = (int, float) if annotation is float else (annotation,)
    if type(value) not in accepted:
        yield wrong_type(path, value, _EXPECTED.get(annotation, "another type"))


def _list_misfits(item: Any, value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield wrong_type(path, value, "an array")
        return
    for index, one in enumerate(value):
        yield from misfits(item, one, f"{path}[{index}]")


@cache
def _fields(shape: Any) -> dict[str, tuple[Any, bool]]:
    """Name to annotation and whether it must be there."""
    hints = typing.get_type_hints(shape, include_extras=True)
    return {name: (annotation, name in shape.__required_keys__) for name, annotation in hints.items()}


def _dict_misfits(shape: Any, value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield wrong_type(path, value, "an object")
        return
    fields = _fields(shape)
    prefix = f"{path}." if path else ""
    yield from (missing(prefix + name) for name, (_, required) in fields.items() if required and name not in value)
    for name, one in value.items():
        if name in fields:
            yield from misfits(fields[name][0], one, prefix + name)
        else:
            yield unknown(prefix + name)


def _union_misfits(arms: Sequence[Any], value: Any, path: str) -> Iterator[Problem]:
    shapes = [bare for bare in map(_bare, arms) if _is_shape(bare)]
    if isinstance(value, dict) and shapes:
        yield from _meant_misfits(shapes, value, path)
        return
    tried = [list(misfits(arm, value, path)) for arm in arms]
    if all(tried):
        yield min(tried, key=len)[0]


def _meant_misfits(shapes: Sequence[Any], value: dict[str, Any], path: str) -> Iterator[Problem]:
    """The problems with the shape the value means, told by its role or type."""
    meant = [shape for shape in shapes if all(_tag_fits(shape, tag, value) for tag in ("role", "type"))]
    if not meant:
        tag = "role" if any("role" in _fields(shape) for shape in shapes) else "type"
        if tag in value:
            yield wrong_value(f"{path}.{tag}", value[tag], [name for shape in shapes for name in _tags(shape, tag)])
        else:
            yield missing(f"{path}.{tag}")
        return
    tried = [list(_dict_misfits(shape, value, path)) for shape in meant]
    yield from min(tried, key=len)


def _tags(shape: Any, tag: str) -> tuple[Any, ...]:
    annotation = _bare(_fields(shape)[tag][0]) if tag in _fields(shape) else None
    return typing.get_args(annotation) if typing.get_origin(annotation) is Literal else ()


def _tag_fits(shape: Any, tag: str, value: dict[str, Any]) -> bool:
    tags = _tags(shape, tag)
    return not tags or value.get(tag) in tags
